import { ApiError } from '@emotibot/service-kit'
import { eq, sql } from 'drizzle-orm'
import { findTurn } from '../conversation/turns.ts'
import { ownerKeyIn } from '../deletion/owner-key-in.ts'
import type { RemoveStep } from '../deletion/remove-rest.ts'
import { ownerOf } from '../store/owner.ts'
import type { Store } from '../store/store.ts'
import { emotionIdempotencyKeys, feedback } from '../store/tables.ts'
import { forgetAnswers } from '../store/writes/idempotency.ts'
import type { WriteRoute } from '../store/writes/write-routes.ts'

export type FeedbackDeps = { readonly write: WriteRoute; readonly now: () => number }

/** Keeps what the user says a turn of theirs was. The last word counts. */
export function feedbackRoute({ write, now }: FeedbackDeps) {
  return write('emotion.feedback', {
    commit(tx, _prepared, { identity, body: { turn_id: turnId, emotion } }) {
      const owner = ownerOf(identity)
      if (!findTurn(tx, turnId, owner.userId))
        throw new ApiError('NOT_FOUND', 'There is no such turn. It may have been deleted.')
      const createdAt = new Date(now()).toISOString()
      tx.insert(feedback)
        .values({ turnId, ...owner, emotion, createdAt, revision: 1 })
        .onConflictDoUpdate({
          target: feedback.turnId,
          set: { ...owner, emotion, createdAt, revision: sql`${feedback.revision} + 1` },
        })
        .run()
      return { status: 201, body: { feedback: { turn_id: turnId, emotion, created_at: createdAt } } }
    },
  })
}

/** The emotion group's part of deleting an account: a row a turn at most, so one step does it. */
export function removeFeedbackStep(store: Store): RemoveStep {
  const owned = [
    feedback,
    { userId: emotionIdempotencyKeys.userId, ownerKey: emotionIdempotencyKeys.partition },
  ]
  return (userId) => {
    const partition = store.read((db) => ownerKeyIn(db, userId, owned))
    if (partition === null) return true
    store.write({ group: 'emotion', partition }, (tx) => {
      tx.delete(feedback).where(eq(feedback.userId, userId)).run()
      forgetAnswers(tx, userId, 'emotion')
    })
    return true
  }
}
