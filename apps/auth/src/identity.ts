import { setTimeout as delay } from 'node:timers/promises'
import type { SessionState, TokenClaims } from '@emotibot/contracts'
import {
  ApiError,
  badTokenError,
  type Identity,
  type IdentityOptions,
  MisdirectedAnswer,
  type SessionCheckOptions,
  type SessionQuestion,
  type TokenUse,
} from '@emotibot/service-kit'
import type { Reader, Store } from '@emotibot/service-store'
import { type SessionView, viewSession } from './session-view.ts'
import { findSessionEndMs } from './sessions.ts'
import type { Tokens } from './tokens.ts'

export type IdentityDeps = { readonly store: Store; readonly tokens: Tokens; readonly now: () => number }

/** How long a session that is on its way from the other side is waited for. */
const ARRIVES_WITHIN_MS = 300
const ASK_EVERY_MS = 20

/**
 * A token is good while its session is: every request asks the store, so that an end is an end at once. A session of a
 * partition that the other side owns may be on its way here: it is waited for, and then believed where its user is
 * known, for what the other side ended since is in every facade's list. What this side owns is all here.
 */
export function createIdentity({ store, tokens, now }: IdentityDeps) {
  function endOf(db: Reader, { sid, sub }: TokenClaims): Promise<number | null> {
    return findSessionEndMs(db, sid, { userId: sub, nowMs: now() })
  }

  const view = (claims: Pick<TokenClaims, 'sub' | 'sid' | 'username'>): Promise<SessionView> =>
    store.read((db) => viewSession(db, { claims, nowMs: now() }))

  /** Throws for a session that is over, and for one of a user of whom only the other side knows. */
  async function awaitSession(claims: TokenClaims): Promise<void> {
    const deadline = performance.now() + ARRIVES_WITHIN_MS
    for (;;) {
      const { standing, isOwned } = await view(claims)
      if (standing === 'live') return
      if (standing === 'over' || isOwned) throw badTokenError()
      if (performance.now() < deadline) await delay(ASK_EVERY_MS)
      else if (standing === 'unknown' || claims.exp * 1_000 <= now()) throw new MisdirectedAnswer()
      else return
    }
  }

  return {
    async verify(token: string, use?: TokenUse) {
      const claims = await tokens.read(token, use)
      if ((await store.read((db) => endOf(db, claims))) === null) await awaitSession(claims)
      return claims
    },
    /** A fresh token of the same session; null when that ended in this very request, or cannot be asked about. */
    async renew({ claims }: Identity) {
      // The request has had its effect: it must not fail for want of a fresh token, which the next one brings.
      const sessionExpiresAtMs = await store.read((db) => endOf(db, claims)).catch(() => null)
      if (sessionExpiresAtMs === null) return null
      const { sub, username, email, sid } = claims
      return tokens.sign({ sub, username, email, sid, sessionExpiresAtMs }, now())
    },
    /** Throws where the session is over in the transaction of a write: whatever is owned has arrived there. */
    async admit(db: Reader, { claims }: Identity) {
      if ((await endOf(db, claims)) === null) throw badTokenError()
    },
    /** What this store says of a session to a facade that cannot read the list of ended ones. */
    check: {
      readClaims: (token) => tokens.read(token, { mayBePast: true }).catch(nullIfBad),
      async look({ claims, partition }: SessionQuestion): Promise<SessionState> {
        const { standing, isOwned } = await view(claims ?? { sub: '', sid: '', username: partition })
        if (standing === 'live') return { state: 'live', is_owner: isOwned }
        const isEnded = claims !== null && (standing === 'over' || isOwned)
        return { state: isEnded ? 'ended' : 'unknown', is_owner: isOwned }
      },
    } satisfies SessionCheckOptions,
  } satisfies IdentityOptions & { admit: unknown; check: unknown }
}

function nullIfBad(thrown: unknown): null {
  if (thrown instanceof ApiError && thrown.code === 'UNAUTHENTICATED') return null
  throw thrown
}
