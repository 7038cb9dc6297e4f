import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { SESSION_PATH, type SessionState } from '@emotibot/contracts'

/** What a side says it was sent. */
export type Echo = {
  side: string
  method: string
  url: string
  headers: Record<string, string>
  body: string
}

/** A real HTTP server in the place of the monolith or a service: it echoes, unless a test gives it a handler. */
export class Side {
  readonly name: string
  readonly url: string
  readonly server: Server
  /** Requests other than health and about, so far. */
  requests = 0
  handler: RequestListener
  isReady = true
  /** What it says of any token's session, to a facade that cannot know by itself. */
  sessionOf: (token: string) => SessionState = () => ({ state: 'live', is_owner: true })
  routes: string[]
  readonly #sockets = new Set<Socket>()

  constructor(name: string, server: Server, routes: string[]) {
    this.name = name
    this.server = server
    this.routes = routes
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    this.handler = (request, response) =>
      void echo(name, request).then(
        (body) => answerJson(response, body),
        // The other end broke off: there is nobody to answer.
        () => response.destroy(),
      )
    server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    server.on('request', (request, response) => this.#answer(request, response))
  }

  /** As a process that is killed: every connection is reset, and nobody listens any more. */
  async kill(): Promise<void> {
    if (!this.server.listening) return
    this.server.close()
    for (const socket of this.#sockets) socket.resetAndDestroy()
    await once(this.server, 'close')
  }

  /** The same process again, at the same address. */
  async revive(): Promise<void> {
    this.server.listen(Number(new URL(this.url).port), '127.0.0.1')
    await once(this.server, 'listening')
  }

  #answer: RequestListener = (request, response) => {
    if (request.url === '/health/ready')
      response.writeHead(this.isReady ? 200 : 503).end('{"status":"so so"}')
    else if (request.url === '/internal/about')
      answerJson(response, { name: this.name, build: '0.0.1', routes: this.routes })
    else if (request.url === SESSION_PATH)
      answerJson(response, this.sessionOf(request.headers.authorization?.slice('Bearer '.length) ?? ''))
    else {
      this.requests += 1
      this.handler(request, response)
    }
  }
}

export async function startSide(name: string, routes: string[] = []): Promise<Side> {
  const server = createServer({ requestTimeout: 0 })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return new Side(name, server, routes)
}

export async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

async function echo(side: string, request: IncomingMessage): Promise<Echo> {
  const { method = '', url = '', headers } = request
  const body = await readAll(request)
  return { side, method, url, headers: headers as Record<string, string>, body }
}

export function answerJson(response: Parameters<RequestListener>[1], value: unknown): void {
  const body = Buffer.from(JSON.stringify(value))
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
  response.end(body)
}
