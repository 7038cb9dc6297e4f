import { setTimeout as delay } from 'node:timers/promises'
import {
  badTokenError,
  type Identity,
  MisdirectedAnswer,
  type TokenVerifier,
  type VerifiedClaims,
  type VerifyToken,
} from '@emotibot/service-kit'
import type { Reader, Store } from '../store/store.ts'
import type { Judged, JudgeSession } from './session-judge.ts'
import type { Tokens } from './tokens.ts'

export type VerifyDeps = {
  readonly store: Store
  readonly verifier: TokenVerifier
  readonly judgeSession: JudgeSession
  readonly now: () => number
}

/** How long a request waits for its session's row, which the mover brings in a moment when it runs. */
const ARRIVES_WITHIN_MS = 200
const ASK_EVERY_MS = 20

/**
 * A token is good while its session is: every request asks the store, so that an end is an end at once. One whose row has
 * not arrived is good too where its user is known: ends are known to the facade before anybody hears of them.
 */
export function createVerifyToken({ store, verifier, judgeSession, now }: VerifyDeps): VerifyToken {
  const judge = (claims: VerifiedClaims) => store.read((db) => judgeSession(db, claims))

  return async (token, use) => {
    const claims = await verifier.verify(token, use)
    const deadline = performance.now() + ARRIVES_WITHIN_MS
    let judged = judge(claims)
    while (judged.state === 'awaited' && performance.now() < deadline) {
      await delay(ASK_EVERY_MS)
      judged = judge(claims)
    }
    // When the session ends is not known here, and a token past its time is only good for as long as that.
    if (judged.state === 'awaited' && claims.exp * 1_000 <= now()) throw new MisdirectedAnswer()
    admitOrThrow(judged)
    return claims
  }
}

/** What a write asks again inside its transaction: the session may have ended while it was prepared. */
export function createAdmit({ judgeSession }: Pick<VerifyDeps, 'judgeSession'>) {
  return (db: Reader, { claims }: Identity): void => admitOrThrow(judgeSession(db, claims))
}

function admitOrThrow(judged: Judged): void {
  if (judged.state === 'over') throw badTokenError()
  // The other side knows more of this user: let it be asked.
  if (judged.state === 'awaited' && !judged.isUserHere) throw new MisdirectedAnswer()
}

export type RenewDeps = Pick<VerifyDeps, 'store' | 'judgeSession' | 'now'> & { readonly tokens: Tokens }

/** A fresh token of the same session; null when that ended in this very request, or its end is not known here yet. */
export function createRenewToken({ store, tokens, judgeSession, now }: RenewDeps) {
  return async ({ claims }: Identity): Promise<string | null> => {
    const judged = store.read((db) => judgeSession(db, claims))
    if (judged.state !== 'live') return null
    const { sub, username, email, sid } = claims
    return tokens.sign({ sub, username, email, sid, sessionExpiresAtMs: judged.endMs }, now())
  }
}
