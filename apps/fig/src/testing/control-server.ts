import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export const TOKEN = 'operator-token'

export type Received = { readonly method: string; readonly path: string; readonly body: unknown }
/** What a path answers: a status and a body, or whatever it does with the response itself. */
export type Reaction = { status: number; body: unknown } | ((response: ServerResponse) => void)

/** A small real server that speaks the control API: what it answers is given by `METHOD path`. */
export async function startControlServer(reactions: Readonly<Record<string, Reaction>>) {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    const body = await text(request)
    received.push({ method: request.method ?? '', path, body: body ? JSON.parse(body) : null })
    react(response, isKnown(request) ? reactions[`${request.method} ${path.split('?')[0]}`] : REFUSED_TOKEN)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
export type ControlServer = Awaited<ReturnType<typeof startControlServer>>

const REFUSED_TOKEN: Reaction = {
  status: 401,
  body: {
    error: 'Unauthorized',
    code: 'UNAUTHENTICATED',
    message: 'Nobody here has this token.',
    request_id: 'r',
  },
}

function isKnown(request: IncomingMessage): boolean {
  return request.headers.authorization === `Bearer ${TOKEN}`
}

function react(response: ServerResponse, reaction: Reaction | undefined): void {
  if (typeof reaction === 'function') {
    reaction(response)
    return
  }
  const { status, body } = reaction ?? { status: 404, body: { code: 'NOT_FOUND', message: 'No such path.' } }
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
