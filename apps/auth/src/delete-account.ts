import { fold, type TokenClaims } from '@emotibot/contracts'
import { badTokenError } from '@emotibot/service-kit'
import { eq } from 'drizzle-orm'
import { deleted, idempotencyKeys, sessions, users } from './schema.ts'
import type { Store, Tx } from './store/store.ts'
import { holdUser } from './users.ts'

/** Deletes an account wherever it has rows; resolves when that is durable. */
export type DeleteAccount = (claims: TokenClaims) => Promise<void>

export type DeletionDeps = {
  readonly store: Store
  readonly now: () => number
  /** What other groups do first, in their order; this group's rows go last, so that a retry finds its user. */
  readonly before: readonly DeleteAccount[]
}

export function createDeleteAccount({ store, now, before }: DeletionDeps): DeleteAccount {
  return async (claims) => {
    for (const step of before) await step(claims)
    const scope = { group: 'auth', partition: fold(claims.username) } as const
    await store.write(scope, (tx) => removeUser(tx, claims.sub, now()))
  }
}

/** Removes the rows of this group and leaves a tombstone for each, so that no late write brings one back. */
async function removeUser(tx: Tx, userId: string, atMs: number): Promise<void> {
  if (!(await holdUser(tx, userId))) throw badTokenError()
  const ended = await tx.delete(sessions).where(eq(sessions.userId, userId)).returning({ id: sessions.id })
  await tx.delete(idempotencyKeys).where(eq(idempotencyKeys.userId, userId))
  await tx.delete(users).where(eq(users.id, userId))
  const tombstones = ended.map(({ id }) => ({ kind: 'session', id, atMs }) as const)
  await tx
    .insert(deleted)
    .values([{ kind: 'user', id: userId, atMs }, ...tombstones])
    .onConflictDoNothing()
}
