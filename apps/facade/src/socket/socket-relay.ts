// A live socket is opened on its side first, and accepted from the client only then: a side that refuses (no session,
// a foreign origin) refuses the client with the same status and body.
//
//   upgrade → decide → side asked ──open──► client accepted → joined
//                          ├──answers instead──► the client gets that answer
//                          └──fails──► 502 or 504
import type { IncomingMessage } from 'node:http'
import { CLOSE } from '@emotibot/contracts'
import { decide } from '@emotibot/flags'
import { WebSocket, WebSocketServer } from 'ws'
import { answerError } from '../forward/answer-error.ts'
import { answerHeaders } from '../forward/answer-headers.ts'
import { chooseUpstream } from '../forward/choose-upstream.ts'
import type { ForwardContext } from '../forward/context.ts'
import type { Arrival } from '../forward/exchange.ts'
import { requestHeaders } from '../forward/request-headers.ts'
import { faultOf, NOT_READY, type UpstreamFault } from '../forward/upstream-error.ts'
import { Requester } from '../identity/requester.ts'
import type { Upstream } from '../upstreams/upstream.ts'
import { end, join } from './pair.ts'
import type { Upgrade } from './upgrades.ts'

/** Above what the contract allows, so that the side says what it thinks of a frame; and still bounded. */
const FRAME_LIMIT_BYTES = 1_024 * 1_024
const REFUSAL_LIMIT_BYTES = 64 * 1_024
const HANDSHAKE_LIMIT_MS = 5_000

type SocketArrival = Arrival & { readonly upgrade: Upgrade }

export class SocketRelay {
  readonly #context: ForwardContext
  readonly #acceptor = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    perMessageDeflate: false,
    autoPong: false,
    maxPayload: FRAME_LIMIT_BYTES,
    // The side chose among the client's protocols; the client is told the same.
    handleProtocols: (_offered, request) => this.#protocols.get(request) || false,
  })
  readonly #protocols = new WeakMap<IncomingMessage, string>()

  constructor(context: ForwardContext) {
    this.#context = context
  }

  open(arrival: SocketArrival): void {
    const snapshot = this.#context.snapshot()
    if (snapshot === null || !isHandshake(arrival.request)) {
      this.#refuse(arrival, snapshot === null ? NOT_READY : NO_HANDSHAKE)
      return
    }
    const requester = new Requester(arrival.request)
    const subject = { partition: requester.partitionOn(arrival.route, null) }
    const { side } = decide(arrival.route, snapshot, subject)
    const { upstream, fault } = chooseUpstream(side, arrival.route, this.#context.upstreams)
    if (upstream) this.#ask(arrival, upstream)
    else this.#refuse(arrival, fault)
  }

  /** Sends every page elsewhere. */
  close(): void {
    for (const client of this.#acceptor.clients) end(client, CLOSE.reconnect)
  }

  #ask(arrival: SocketArrival, upstream: Upstream): void {
    const { request, upgrade } = arrival
    const breaker = upstream.side === 'service' ? upstream.breakerOf(arrival.route.key) : null
    const side = new WebSocket(
      upstream.url.replace(/^http/, 'ws') + (request.url ?? ''),
      protocolsOf(request),
      {
        headers: handshakeHeaders(arrival),
        handshakeTimeout: HANDSHAKE_LIMIT_MS,
        perMessageDeflate: false,
        autoPong: false,
        maxPayload: FRAME_LIMIT_BYTES,
        followRedirects: false,
      },
    )
    const giveUp = () => side.terminate()
    upgrade.socket.once('close', giveUp)
    side.once('open', () => {
      breaker?.succeeded()
      upgrade.socket.off('close', giveUp)
      this.#accept(arrival, side, upstream)
    })
    side.once('unexpected-response', (_sent, answer) => {
      breaker?.succeeded()
      passRefusal(arrival, answer)
    })
    side.on('error', (error) => {
      if (arrival.response.headersSent || upgrade.socket.destroyed || arrival.response.socket === null) return
      breaker?.failed()
      this.#refuse(arrival, faultOf(error), error)
    })
  }

  #accept(arrival: SocketArrival, side: WebSocket, upstream: Upstream): void {
    const { request, response, route, requestId, upgrade } = arrival
    response.detachSocket(upgrade.socket)
    this.#protocols.set(request, side.protocol)
    this.#acceptor.handleUpgrade(request, upgrade.socket, upgrade.head, (client) => {
      join(client, side)
      this.#context.events.socketOpened({ route: route.key, side: upstream.side, requestId })
    })
  }

  #refuse(arrival: SocketArrival, { code, message }: UpstreamFault, error: Error | null = null): void {
    const { route, requestId, response, headers } = arrival
    this.#context.events.failed({ route: route.key, requestId, code, error })
    answerError(response, { code, message, requestId, headers: ['x-request-id', requestId, ...headers] })
  }
}

const NO_HANDSHAKE: UpstreamFault = {
  code: 'BAD_REQUEST',
  message: 'A socket is opened with Sec-WebSocket-Version 13 and a Sec-WebSocket-Key.',
}

/** What the acceptor would refuse later, when the side was asked for nothing. */
function isHandshake({ headers }: IncomingMessage): boolean {
  const key = headers['sec-websocket-key'] ?? ''
  return headers['sec-websocket-version'] === '13' && /^[+/0-9A-Za-z]{22}==$/.test(key)
}

/** The side's own answer to a handshake that it refuses. */
function passRefusal({ response, requestId, headers }: SocketArrival, answer: IncomingMessage): void {
  const own = ['x-request-id', requestId, ...headers]
  response.writeHead(answer.statusCode ?? 502, answerHeaders(answer.headers, own))
  let sizeBytes = 0
  answer.on('data', (chunk: Buffer) => {
    sizeBytes += chunk.length
    if (sizeBytes <= REFUSAL_LIMIT_BYTES) response.write(chunk)
    else answer.destroy()
  })
  answer.once('close', () => response.end())
}

function protocolsOf({ headers }: IncomingMessage): string[] {
  return (headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

/** The client's headers as any side gets them, without those of the handshake, which `ws` makes anew. */
function handshakeHeaders({ request, client, requestId }: SocketArrival): Record<string, string> {
  const list = requestHeaders(request, { ...client, requestId })
  const headers: Record<string, string> = {}
  for (let at = 0; at < list.length; at += 2) {
    const name = list[at] ?? ''
    if (!name.startsWith('sec-websocket-')) headers[name] = list[at + 1] ?? ''
  }
  return headers
}
