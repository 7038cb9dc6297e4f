import { eq, inArray } from 'drizzle-orm'
import { ownerKeyIn } from '../deletion/owner-key-in.ts'
import type { RemoveStep } from '../deletion/remove-rest.ts'
import type { Store, Tx } from '../store/store.ts'
import { conversationIdempotencyKeys, threads, turns } from '../store/tables.ts'
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
  const owned = [
    turns,
    threads,
    { userId: conversationIdempotencyKeys.userId, ownerKey: conversationIdempotencyKeys.partition },
  ]
  return (userId) => {
    const partition = store.read((db) => ownerKeyIn(db, userId, owned))
    if (partition === null) return true
    const { value: isDone } = store.write({ group: 'conversation', partition }, (tx) => {
      const isTheirs = eq(turns.userId, userId)
      const some = tx.select({ docid: turns.docid }).from(turns).where(isTheirs).limit(TURNS_AT_ONCE).all()
      const docids = some.map(({ docid }) => docid)
      deleteTurns(tx, inArray(turns.docid, docids))
      if (some.length === TURNS_AT_ONCE) return false
      tx.delete(threads).where(eq(threads.userId, userId)).run()
      forgetAnswers(tx, userId, 'conversation')
      return true
    })
    return isDone
  }
}
