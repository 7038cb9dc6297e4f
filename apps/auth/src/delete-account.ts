import { fold, type TokenClaims } from '@emotibot/contracts'
import { badTokenError } from '@emotibot/service-kit'
import { eq } from 'drizzle-orm'
import { idempotencyKeys, sessions, users } from './schema.ts'
import type { Store, Tx } from './store/store.ts'
import { holdUser } from './users.ts'

/** Deletes an account wherever it has rows; resolves when that is durable. */
export type DeleteAccount = (claims: TokenClaims) => Promise<void>

export type DeletionDeps = {
  readonly store: Store
  /** What other groups do first, in their order; this group's rows go last, so that a retry finds its user. */
  readonly before: readonly DeleteAccount[]
}

export function createDeleteAccount({ store, before }: DeletionDeps): DeleteAccount {
  return async (claims) => {
    for (const step of before) await step(claims)
    const scope = { group: 'auth', partition: fold(claims.username) } as const
    await store.write(scope, (tx) => removeUser(tx, claims.sub))
  }
}

/** Removes the rows of this group. The database leaves a tombstone for each, so that no late write brings one back. */
async function removeUser(tx: Tx, userId: string): Promise<void> {
  if (!(await holdUser(tx, userId))) throw badTokenError()
  await tx.delete(sessions).where(eq(sessions.userId, userId))
  await tx.delete(idempotencyKeys).where(eq(idempotencyKeys.userId, userId))
  await tx.delete(users).where(eq(users.id, userId))
}
