import type { TokenClaims } from '@emotibot/contracts'
import { ApiError, type Identity, type VerifyToken } from '@emotibot/service-kit'
import type { Reader, Store } from '../store/store.ts'
import { SESSION_OVER } from '../store/writes/write-routes.ts'
import { findSessionEndMs } from './sessions.ts'
import type { Tokens } from './tokens.ts'

export type VerifyDeps = { readonly store: Store; readonly tokens: Tokens; readonly now: () => number }

/** A token is good while its session is: every request asks the store, so that an end is an end at once. */
export function createVerifyToken({ store, tokens, now }: VerifyDeps): VerifyToken {
  return async (token, use) => {
    const claims = await tokens.read(token, now(), use)
    if (claims && store.read((db) => sessionEndMs(db, claims, now())) !== null) return claims
    throw new ApiError('UNAUTHENTICATED', SESSION_OVER)
  }
}

/** A fresh token of the same session; null when the session ended in this very request. */
export function createRenewToken({ store, tokens, now }: VerifyDeps) {
  return async ({ claims }: Identity): Promise<string | null> => {
    const sessionExpiresAtMs = store.read((db) => sessionEndMs(db, claims, now()))
    if (sessionExpiresAtMs === null) return null
    const { sub, username, email, sid } = claims
    return tokens.sign({ sub, username, email, sid, sessionExpiresAtMs }, now())
  }
}

export function sessionEndMs(db: Reader, { sid, sub }: TokenClaims, nowMs: number): number | null {
  return findSessionEndMs(db, sid, { userId: sub, nowMs })
}
