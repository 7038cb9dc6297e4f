import { and, eq, inArray } from 'drizzle-orm'
import type { RemoveStep } from '../auth/delete-account.ts'
import type { Store, Tx } from '../store/store.ts'
import { threads, turns } from '../store/tables.ts'
import { forgetAnswers } from '../store/writes/idempotency.ts'
import { deleteTurns } from './turns.ts'

/** Deletes a thread and its turns. */
export function deleteThread(tx: Tx, threadId: string): void {
  deleteTurns(tx, eq(turns.threadId, threadId))
  tx.delete(threads).where(eq(threads.id, threadId)).run()
}

/** Deletes all threads of a user and their turns. */
export function clearThreads(tx: Tx, userId: string): void {
  deleteTurns(tx, eq(turns.userId, userId))
  tx.delete(threads).where(eq(threads.userId, userId)).run()
}

const TURNS_AT_ONCE = 200

/** The conversation group's part of deleting an account, some turns at a time so that others are served in between. */
export function removeConversationsStep(store: Store): RemoveStep {
  return (userId, partition) => {
    const scope = { group: 'conversation', partition } as const
    return store.write(scope, (tx) => {
      const some = tx
        .select({ docid: turns.docid })
        .from(turns)
        .where(eq(turns.userId, userId))
        .limit(TURNS_AT_ONCE)
      const removed = deleteTurns(tx, and(eq(turns.userId, userId), inArray(turns.docid, some)))
      if (removed === TURNS_AT_ONCE) return false
      tx.delete(threads).where(eq(threads.userId, userId)).run()
      forgetAnswers(tx, userId, scope)
      return true
    })
  }
}
