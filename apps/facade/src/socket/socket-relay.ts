// A live socket is opened on its side first, and accepted from the client only then: a side that refuses (no session,
// a foreign origin) refuses the client with the same status and body.
//
//   upgrade → session goes on? ─no─► accepted and closed: sign in again (a page cannot read a refused upgrade)
//                 │ yes
//              decide → side asked ──open──► client accepted → joined ──the session ends──► sign in again
//                          ├──is behind──► asked again, for a while
//                          ├──answers instead──► the client gets that answer
//                          └──fails──► 502 or 504
import type { IncomingMessage } from 'node:http'
import { CLOSE } from '@emotibot/contracts'
import { decide } from '@emotibot/flags'
import { WebSocket, WebSocketServer } from 'ws'
import { answerError } from '../forward/answer-error.ts'
import { chooseUpstream } from '../forward/choose-upstream.ts'
import type { ForwardContext } from '../forward/context.ts'
import { Patience } from '../forward/patience.ts'
import {
  faultOf,
  NOT_READY,
  REFUSED_BY_BOTH,
  UNJUDGED,
  type UpstreamFault,
} from '../forward/upstream-error.ts'
import { verdictOf } from '../forward/verdict.ts'
import { Requester } from '../identity/requester.ts'
import { standingOf } from '../identity/standing.ts'
import type { Upstream } from '../upstreams/upstream.ts'
import { handshakeHeaders, isHandshake, protocolsOf } from './handshake.ts'
import { OpenSockets } from './open-sockets.ts'
import { end, join } from './pair.ts'
import { passRefusal } from './pass-refusal.ts'
import type { SocketArrival } from './upgrades.ts'

/** Above what the contract allows, so that the side says what it thinks of a frame; and still bounded. */
const FRAME_LIMIT_BYTES = 1_024 * 1_024
const HANDSHAKE_LIMIT_MS = 5_000

type Chosen = { readonly requester: Requester; readonly upstream: Upstream; readonly patience: Patience }

export class SocketRelay {
  readonly sessions = new OpenSockets()
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
    if (!isHandshake(arrival.request)) {
      this.#refuse(arrival, NO_HANDSHAKE)
      return
    }
    const requester = new Requester(arrival.request)
    const standing = this.#standingOf(arrival, requester)
    if (standing === 'live') this.#choose(arrival, requester)
    else if (standing === 'revoked') this.#turnAway(arrival)
    else this.#judge(arrival, requester)
  }

  /** Sends every page elsewhere. */
  close(): void {
    for (const client of this.#acceptor.clients) end(client, CLOSE.reconnect)
  }

  #standingOf({ route }: SocketArrival, requester: Requester) {
    return standingOf(requester, route, this.#context.revocations)
  }

  #judge(arrival: SocketArrival, requester: Requester): void {
    const { socket } = arrival.upgrade
    this.#context.revocations
      .check(requester.token ?? '')
      .then(
        (standing) => {
          if (socket.destroyed) return
          if (standing === 'live') this.#choose(arrival, requester)
          else this.#turnAway(arrival)
        },
        (error: Error) => this.#refuse(arrival, UNJUDGED, error),
      )
      // Nobody above would catch it: it costs this socket and no other.
      .catch(() => socket.destroy())
  }

  #choose(arrival: SocketArrival, requester: Requester, patience = new Patience()): void {
    const snapshot = this.#context.snapshot()
    if (snapshot === null) {
      this.#refuse(arrival, NOT_READY)
      return
    }
    const subject = { partition: requester.partitionOn(arrival.route, null) }
    const { side } = decide(arrival.route, snapshot, subject)
    const { upstream, fault } = chooseUpstream(side, arrival.route, this.#context.upstreams)
    if (upstream) this.#ask(arrival, { requester, upstream, patience })
    else this.#refuse(arrival, fault)
  }

  #ask(arrival: SocketArrival, chosen: Chosen): void {
    const { request, upgrade } = arrival
    const { upstream } = chosen
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
      this.#accept(arrival, side, chosen)
    })
    side.once('unexpected-response', (_sent, answer) => {
      breaker?.succeeded()
      upgrade.socket.off('close', giveUp)
      this.#passRefusal(arrival, answer, chosen)
    })
    side.on('error', (error) => {
      if (arrival.response.headersSent || upgrade.socket.destroyed || arrival.response.socket === null) return
      breaker?.failed()
      this.#refuse(arrival, faultOf(error), error)
    })
  }

  #accept(arrival: SocketArrival, side: WebSocket, { requester, upstream }: Chosen): void {
    const { route, requestId } = arrival
    this.#upgrade(arrival, side.protocol, (client) => {
      join(client, side)
      this.#context.events.socketOpened({ route: route.key, side: upstream.side, requestId })
      const { sid, token } = requester
      if (sid === null || token === null) return
      this.sessions.add({ sid, token }, client)
      // It may have ended while the side was asked, when there was no socket to close.
      if (this.#standingOf(arrival, requester) === 'revoked') end(client, CLOSE.signInAgain)
    })
  }

  #turnAway(arrival: SocketArrival): void {
    const { route, requestId } = arrival
    this.#upgrade(arrival, '', (client) => end(client, CLOSE.signInAgain))
    this.#context.events.turnedAway({
      route: route.key,
      code: 'UNAUTHENTICATED',
      status: CLOSE.signInAgain,
      requestId,
    })
  }

  #upgrade(arrival: SocketArrival, protocol: string, onOpen: (client: WebSocket) => void): void {
    const { request, response, upgrade } = arrival
    response.detachSocket(upgrade.socket)
    this.#protocols.set(request, protocol)
    this.#acceptor.handleUpgrade(request, upgrade.socket, upgrade.head, onOpen)
  }

  #passRefusal(arrival: SocketArrival, answer: IncomingMessage, chosen: Chosen): void {
    const { statusCode: status = 502, headers } = answer
    const verdict = verdictOf({ status, headers })
    if (verdict === 'behind' && this.#askLater(arrival, chosen)) {
      answer.resume()
    } else if (verdict === 'refused') {
      answer.resume()
      this.#refuse(arrival, REFUSED_BY_BOTH)
    } else {
      passRefusal(arrival, answer)
    }
  }

  /** A page that has just written opens its line all the same: what it wrote is on its way. */
  #askLater(arrival: SocketArrival, { requester, patience }: Chosen): boolean {
    const pauseMs = patience.nextPauseMs()
    if (pauseMs === null) return false
    const again = () => {
      if (!arrival.upgrade.socket.destroyed) this.#choose(arrival, requester, patience)
    }
    setTimeout(again, pauseMs)
    return true
  }

  #refuse(arrival: SocketArrival, { code, message }: UpstreamFault, error: Error | null = null): void {
    const { route, requestId, response, headers } = arrival
    this.#context.events.failed({ route: route.key, requestId, code, error })
    const own = ['x-request-id', requestId, ...headers, ...(code === 'BUSY' ? ['retry-after', '1'] : [])]
    answerError(response, { code, message, requestId, headers: own })
  }
}

const NO_HANDSHAKE: UpstreamFault = {
  code: 'BAD_REQUEST',
  message: 'A socket is opened with Sec-WebSocket-Version 13 and a Sec-WebSocket-Key.',
}
