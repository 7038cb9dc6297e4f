import { CLOSE, fold, type Position } from '@emotibot/contracts'
import type { Identity } from '@emotibot/service-kit'
import { eq } from 'drizzle-orm'
import type { LiveHub } from '../realtime/live-hub.ts'
import type { Reader, Store, Tx } from '../store/store.ts'
import { users } from '../store/tables.ts'
import { forgetAuthAnswers } from '../store/writes/idempotency.ts'
import { endSessionsOf } from './sessions.ts'

/**
 * A command over groups, each under its own authority:
 *
 *   auth, one transaction: sessions, kept answers, user ─► tombstones ─► every other group, here and wherever the
 *                                                                        tombstones come (`follow-tombstones.ts`)
 *
 * From its commit on nobody signs in to the account and nothing is written for it. Throws StaleEpochAnswer, having
 * done nothing, where the other side owns the account.
 */
export type DeleteAccount = (identity: Identity) => Promise<{ position: Position; revoked: string[] }>

export type DeletionDeps = {
  readonly store: Store
  readonly hub: LiveHub
  readonly admit: (db: Reader, identity: Identity) => void
  /** What the other groups do once the user is gone. Whatever it leaves undone is found by the tombstone later. */
  readonly removeRest: (userId: string) => Promise<void>
}

export function createDeleteAccount({ store, hub, admit, removeRest }: DeletionDeps): DeleteAccount {
  return async (identity) => {
    const { sub: userId, username } = identity.claims
    const partition = fold(username)
    const { value: revoked, position } = store.write({ group: 'auth', partition }, (tx) => {
      admit(tx, identity)
      return removeUser(tx, userId, partition)
    })
    hub.closeUser(userId, CLOSE.signInAgain)
    // The account is gone; what fails here (a full disk) is found by its tombstone later, and said then.
    await removeRest(userId).catch(() => undefined)
    return { position, revoked }
  }
}

/** Removes the rows of this group; returns the ids of the sessions that ended. The file keeps a tombstone of each. */
export function removeUser(tx: Tx, userId: string, partition: string): string[] {
  const ended = endSessionsOf(tx, userId)
  forgetAuthAnswers(tx, userId, partition)
  tx.delete(users).where(eq(users.id, userId)).run()
  return ended
}
