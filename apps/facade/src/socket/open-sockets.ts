import { CLOSE } from '@emotibot/contracts'
import type { WebSocket } from 'ws'
import { end } from './pair.ts'

type OpenSession = { readonly token: string; readonly clients: Set<WebSocket> }

/** The live sockets of this process by the session they were opened with, so that a session's end is theirs. */
export class OpenSockets {
  readonly #bySession = new Map<string, OpenSession>()

  add({ sid, token }: { readonly sid: string; readonly token: string }, client: WebSocket): void {
    const session = this.#bySession.get(sid) ?? { token, clients: new Set() }
    this.#bySession.set(sid, session)
    session.clients.add(client)
    client.once('close', () => {
      session.clients.delete(client)
      if (session.clients.size === 0) this.#bySession.delete(sid)
    })
  }

  *sessions(): Iterable<{ sid: string; token: string }> {
    for (const [sid, { token }] of this.#bySession) yield { sid, token }
  }

  /** Tells the pages of ended sessions to sign in again. */
  closeSessions(sids: readonly string[]): void {
    for (const sid of sids)
      for (const client of this.#bySession.get(sid)?.clients ?? []) end(client, CLOSE.signInAgain)
  }
}
