import type { TokenClaims } from '@emotibot/contracts'
import { badTokenError, type Identity, type IdentityOptions, type TokenUse } from '@emotibot/service-kit'
import { findSessionEndMs } from './sessions.ts'
import type { Reader, Store } from './store/store.ts'
import type { Tokens } from './tokens.ts'

export type IdentityDeps = { readonly store: Store; readonly tokens: Tokens; readonly now: () => number }

/** A token is good while its session is: every request asks the store, so that an end is an end at once. */
export function createIdentity({ store, tokens, now }: IdentityDeps) {
  function endOf(db: Reader, { sid, sub }: TokenClaims): Promise<number | null> {
    return findSessionEndMs(db, sid, { userId: sub, nowMs: now() })
  }
  return {
    async verify(token: string, use?: TokenUse) {
      const claims = await tokens.read(token, use)
      if ((await store.read((db) => endOf(db, claims))) === null) throw badTokenError()
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
    async isLive(db: Reader, { claims }: Identity) {
      return (await endOf(db, claims)) !== null
    },
  } satisfies IdentityOptions & { isLive: unknown }
}
