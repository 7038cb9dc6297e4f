// What this store says of a token's session. While auth moves, a session may have been made in the other store and be
// on its way here; whose word counts is decided by who owns the user's partition:
//
//   a row here        lives until its end, as long as its user may sign in
//   a tombstone       over, on whichever side it was ended
//   neither, and owned here, or a token that was signed here
//                     over: an owner has every session there is, and nothing is signed here for a session unseen
//   neither, of the other side
//                     awaited: its row has not arrived
import { AUTH_ISSUER, fold } from '@emotibot/contracts'
import type { VerifiedClaims } from '@emotibot/service-kit'
import { and, eq, or } from 'drizzle-orm'
import type { Reader, Store } from '../store/store.ts'
import { tombstones } from '../store/sync-tables.ts'
import { findSessionEndMs, hasSession } from './sessions.ts'
import { findUser } from './users.ts'

export type Judged =
  | { readonly state: 'live'; readonly endMs: number }
  | { readonly state: 'over' }
  | { readonly state: 'awaited'; readonly isUserHere: boolean }

/** All that it reads is of one moment when `db` is of a snapshot or a write. */
export type JudgeSession = (db: Reader, claims: VerifiedClaims) => Judged

export type JudgeDeps = { readonly store: Pick<Store, 'owns'>; readonly now: () => number }

const OVER = { state: 'over' } as const

export function createSessionJudge({ store, now }: JudgeDeps): JudgeSession {
  return (db, claims) => {
    const { sid, sub, username, iss } = claims
    const endMs = findSessionEndMs(db, sid, { userId: sub, nowMs: now() })
    if (endMs !== null) return { state: 'live', endMs }
    if (iss !== AUTH_ISSUER || store.owns({ group: 'auth', partition: fold(username) })) return OVER
    if (hasSession(db, sid) || isDeleted(db, claims)) return OVER
    const user = findUser(db, sub)
    return user?.isActive === false ? OVER : { state: 'awaited', isUserHere: user !== null }
  }
}

function isDeleted(db: Reader, { sid, sub }: VerifiedClaims): boolean {
  const isTheirs = or(
    and(eq(tombstones.entity, 'session'), eq(tombstones.key, sid)),
    and(eq(tombstones.entity, 'user'), eq(tombstones.key, sub)),
  )
  return db.select().from(tombstones).where(isTheirs).limit(1).get() !== undefined
}
