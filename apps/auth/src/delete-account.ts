import { fold } from '@emotibot/contracts'
import { badTokenError, type Identity, type Result } from '@emotibot/service-kit'
import { eq } from 'drizzle-orm'
import { users } from './schema.ts'
import { removeSessionsOf } from './sessions.ts'
import { forgetAnswers } from './store/idempotency.ts'
import type { Reader, Store, Tx } from './store/store.ts'
import { holdUser } from './users.ts'

/** Deletes an account here, for good; resolves when that is durable. */
export type DeleteAccount = (identity: Identity) => Promise<Required<Pick<Result, 'position' | 'revoked'>>>

export type DeletionDeps = {
  readonly store: Store
  readonly now: () => number
  readonly isLive: (db: Reader, identity: Identity) => Promise<boolean>
}

/**
 * One transaction removes what this group holds of a user. The database leaves tombstones, so that no late write brings
 * anything back, and the other groups, on whichever side they are, follow the user's.
 */
export function createDeleteAccount({ store, now, isLive }: DeletionDeps): DeleteAccount {
  return async (identity) => {
    const { sub: userId, username } = identity.claims
    const partition = fold(username)
    const { value: revoked, position } = await store.write({ group: 'auth', partition }, async (tx) => {
      if (!(await isLive(tx, identity))) throw badTokenError()
      return removeUser(tx, { userId, partition, nowMs: now() })
    })
    return { revoked, position }
  }
}

type Leaving = { readonly userId: string; readonly partition: string; readonly nowMs: number }

/** Holds the user first, so that a login under way is over or begins after it. Answers the sessions that lived. */
async function removeUser(tx: Tx, { userId, partition, nowMs }: Leaving): Promise<string[]> {
  if (!(await holdUser(tx, userId))) throw badTokenError()
  const revoked = await removeSessionsOf(tx, userId, nowMs)
  await forgetAnswers(tx, userId, partition)
  await tx.delete(users).where(eq(users.id, userId))
  return revoked
}
