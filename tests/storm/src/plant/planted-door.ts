import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export type Taken = {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}
export type Given = { readonly status: number; readonly headers: OutgoingHttpHeaders; readonly body: Buffer }

/** A system that breaks one promise. Each part may be left out. */
export type Plant = {
  /** Answers without asking anybody; null asks. */
  readonly instead?: (taken: Taken) => Given | null
  /** Sent beside the request; its answer is thrown away. */
  readonly also?: (taken: Taken) => Taken | null
  /** What is answered in place of the answer. */
  readonly change?: (taken: Taken, given: Given) => Given
}

export type PlantedDoor = { readonly url: string; close(): Promise<void> }

/** Stands before a front door and breaks a promise. */
export async function startPlantedDoor(doorUrl: string, plant: Plant): Promise<PlantedDoor> {
  const server = createServer((incoming, response) => {
    answer(doorUrl, plant, incoming)
      .then((given) => give(response, given))
      .catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function answer(doorUrl: string, plant: Plant, incoming: IncomingMessage): Promise<Given> {
  const { method = 'GET', url: path = '/', headers } = incoming
  const taken: Taken = { method, path, headers, body: await buffer(incoming) }
  const made = plant.instead?.(taken)
  if (made) return made
  const beside = plant.also?.(taken)
  if (beside) await forward(doorUrl, beside)
  const given = await forward(doorUrl, taken)
  return plant.change?.(taken, given) ?? given
}

async function forward(doorUrl: string, { method, path, headers, body }: Taken): Promise<Given> {
  const { hostname, port } = new URL(doorUrl)
  const sent = request({ hostname, port, method, path, headers })
  sent.end(body)
  const [answered] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: answered.statusCode ?? 0, headers: answered.headers, body: await buffer(answered) }
}

function give(response: ServerResponse, { status, headers, body }: Given): void {
  const { connection: _, 'transfer-encoding': __, 'content-length': ___, ...rest } = headers
  response.writeHead(status, { ...rest, ...(status === 204 ? {} : { 'content-length': body.length }) })
  response.end(status === 204 ? undefined : body)
}

export function jsonGiven(status: number, json: unknown): Given {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(json)) }
}
