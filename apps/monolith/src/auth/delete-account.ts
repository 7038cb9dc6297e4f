import { setImmediate as nextTurn } from 'node:timers/promises'
import { CLOSE, fold, type TokenClaims } from '@emotibot/contracts'
import { eq } from 'drizzle-orm'
import type { LiveHub } from '../realtime/live-hub.ts'
import type { Store, WriteScope } from '../store/store.ts'
import { accountDeletions, users } from '../store/tables.ts'
import { forgetAnswers } from '../store/writes/idempotency.ts'
import { endSessionsOf } from './sessions.ts'

/**
 * A command over groups, one transaction (or several short ones) a group, in a fixed order:
 *
 *   auth: note the deletion, end the sessions ─► conversation ─► emotion ─► auth: remove the user and the note
 *
 * From the first commit on nobody signs in to it; a process that dies on the way finishes when it starts again.
 */
export type DeleteAccount = (claims: TokenClaims) => Promise<void>

/** What another group does when a user goes; `false` while there is more to remove. */
export type RemoveStep = (userId: string, partition: string) => boolean

export type DeletionDeps = {
  readonly store: Store
  readonly hub: LiveHub
  readonly now: () => number
  /** In the order of the groups. Each step is short, and is asked again until it is done. */
  readonly steps: readonly RemoveStep[]
}

export function createDeleteAccount(deps: DeletionDeps) {
  const deleteAccount: DeleteAccount = async ({ sub: userId, username }) => {
    const partition = fold(username)
    noteDeletion(deps, userId, partition)
    deps.hub.closeUser(userId, CLOSE.signInAgain)
    await finish(deps, userId, partition)
  }
  /** Finishes what a crash left half done. */
  const finishDeletions = async (stop: AbortSignal) => {
    const noted = deps.store.read((db) => db.select().from(accountDeletions).all())
    for (const { userId, partition } of noted) if (!stop.aborted) await finish(deps, userId, partition)
  }
  return { deleteAccount, finishDeletions }
}

function noteDeletion({ store, now }: DeletionDeps, userId: string, partition: string): void {
  store.write({ group: 'auth', partition }, (tx) => {
    const requestedAt = new Date(now()).toISOString()
    tx.insert(accountDeletions).values({ userId, partition, requestedAt }).onConflictDoNothing().run()
    endSessionsOf(tx, userId)
  })
}

async function finish({ store, steps }: DeletionDeps, userId: string, partition: string): Promise<void> {
  for (const step of steps) {
    while (!step(userId, partition)) await nextTurn()
  }
  const scope: WriteScope = { group: 'auth', partition }
  store.write(scope, (tx) => {
    endSessionsOf(tx, userId)
    forgetAnswers(tx, userId, scope)
    tx.delete(users).where(eq(users.id, userId)).run()
    tx.delete(accountDeletions).where(eq(accountDeletions.userId, userId)).run()
  })
}
