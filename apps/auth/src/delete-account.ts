import { fold } from '@emotibot/contracts'
import { badTokenError, type Identity, type Result } from '@emotibot/service-kit'
import type { Reader, Store, Tx } from '@emotibot/service-store'
import { forgetAnswers } from '@emotibot/service-store'
import { eq } from 'drizzle-orm'
import { keptAnswers, users } from './schema.ts'
import { removeSessionsOf } from './sessions.ts'
import { holdUser } from './users.ts'

/** Deletes an account here, for good; resolves when that is durable. */
export type DeleteAccount = (identity: Identity) => Promise<Required<Pick<Result, 'position' | 'revoked'>>>

export type DeletionDeps = {
  readonly store: Store
  readonly now: () => number
  /** Throws unless the identity is still good inside the transaction. */
  readonly admit: (db: Reader, identity: Identity) => Promise<void>
}

/**
 * One transaction removes what this group holds of a user. The database leaves tombstones, so that no late write brings
 * anything back, and the other groups, on whichever side they are, follow the user's.
 */
export function createDeleteAccount({ store, now, admit }: DeletionDeps): DeleteAccount {
  return async (identity) => {
    const { sub: userId, username } = identity.claims
    const partition = fold(username)
    const { value: revoked, position } = await store.write({ group: 'auth', partition }, async (tx) => {
      await admit(tx, identity)
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
  await forgetAnswers(tx, keptAnswers, { userId, partition })
  await tx.delete(users).where(eq(users.id, userId))
  return revoked
}
