import type { IncomingMessage, ServerResponse } from 'node:http'
import { INTERNAL_HEADERS, readCookie, readUnverifiedClaims, SESSION_COOKIE } from '@emotibot/contracts'
import { type WebSocket, WebSocketServer } from 'ws'
import { type Side, startSide } from './side.ts'

/**
 * A side as far as sessions go, with a store of its own: what one of them ends, the other does not hear of, as while no
 * mover runs. It answers 200 and renews the cookie while its own store has the session; the owner's log outs end it.
 */
export class SessionSide {
  readonly side: Side
  readonly sids = new Set<string>()
  readonly sockets = new Set<WebSocket>()
  isOwner = false
  /** Called when a log out has been committed, before it is answered. */
  onCommitted: () => Promise<void> = async () => undefined
  readonly #acceptor = new WebSocketServer({ noServer: true })

  constructor(side: Side) {
    this.side = side
    side.handler = (request, response) => void this.#answer(request, response)
    side.sessionOf = (token) => ({ state: this.#hasLive(token) ? 'live' : 'ended', is_owner: this.isOwner })
    side.server.on('upgrade', (request, socket, head) => {
      this.#acceptor.handleUpgrade(request, socket, head, (live) => {
        this.sockets.add(live)
        live.once('close', () => this.sockets.delete(live))
      })
    })
  }

  #hasLive(token: string): boolean {
    return this.sids.has(readUnverifiedClaims(token)?.sid ?? '')
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume()
    const token = tokenOf(request)
    if (!this.#hasLive(token)) {
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"code":"UNAUTHENTICATED"}')
      return
    }
    const path = request.url ?? ''
    if (!path.startsWith('/api/auth/logout')) {
      const renewed = `${SESSION_COOKIE}=renewed`
      response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': renewed }).end('{}')
      return
    }
    const own = readUnverifiedClaims(token)?.sid ?? ''
    const ended = path === '/api/auth/logout' ? [own] : [...this.sids]
    for (const sid of ended) this.sids.delete(sid)
    await this.onCommitted()
    response.writeHead(204, { [INTERNAL_HEADERS.revoked]: ended.join() }).end()
  }
}

function tokenOf({ headers }: IncomingMessage): string {
  return headers.authorization?.slice('Bearer '.length) ?? readCookie(headers.cookie, SESSION_COOKIE) ?? ''
}

export async function startSessionSide(name: string): Promise<SessionSide> {
  return new SessionSide(await startSide(name))
}
