import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { WebSocketServer } from 'ws'
import type { Target } from '../targets/target.ts'
import type { Breakage, PlantedAnswer, PlantedRequest } from './breakage.ts'
import { relaySocket } from './relay-socket.ts'

/** A small real server in front of a target that does everything as the target does, but for one breakage. */
export async function startPlanted(target: Target, breakage: Breakage): Promise<Target> {
  const sockets = new WebSocketServer({ noServer: true })
  const server = createServer(
    (incoming, response) => void relay(target.url, breakage, { incoming, response }),
  )
  server.on('upgrade', (incoming, socket, head) =>
    relaySocket(target.url, breakage, { incoming, socket, head, sockets }),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    name: `${target.name}, where ${breakage.name}`,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serves: target.serves,
    hearsLate: target.hearsLate ?? false,
    close: async () => {
      for (const client of sockets.clients) client.terminate()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

type Exchange = { incoming: IncomingMessage; response: ServerResponse }

async function relay(url: string, breakage: Breakage, { incoming, response }: Exchange): Promise<void> {
  const { method = 'GET', url: path = '/', headers } = incoming
  const request: PlantedRequest = { method, path, headers, body: await buffer(incoming) }
  const answer = breakage.request?.(request) ?? (await forward(url, request))
  const { status, headers: answered, body } = breakage.answer?.(answer, request) ?? answer
  const { 'transfer-encoding': _, ...kept } = answered
  response.writeHead(status, status === 204 ? kept : { ...kept, 'content-length': body.length })
  response.end(body)
}

/** The `Host` stays what the browser said, so that its `Origin` is the same one. */
async function forward(url: string, { method, path, headers, body }: PlantedRequest): Promise<PlantedAnswer> {
  const { hostname, port } = new URL(url)
  const sent = send({ hostname, port, method, path, headers, agent: false })
  sent.end(body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: answer.statusCode ?? 502, headers: answer.headers, body: await buffer(answer) }
}
