import { type Emotion, type Feedback, fold } from '@emotibot/contracts'
import type { Identity } from '@emotibot/service-kit'
import type { Tx } from '@emotibot/service-store'
import { sql } from 'drizzle-orm'
import { feedback } from '../schema.ts'

export type Said = { readonly turnId: string; readonly emotion: Emotion; readonly nowMs: number }

/** Keeps what the user says a turn was. The last word counts. */
export async function keepFeedback(
  tx: Tx,
  { claims }: Identity,
  { turnId, emotion, nowMs }: Said,
): Promise<Feedback> {
  const createdAt = new Date(nowMs).toISOString()
  const said = { userId: claims.sub, ownerKey: fold(claims.username), emotion, createdAt }
  await tx
    .insert(feedback)
    .values({ turnId, ...said, revision: 1 })
    .onConflictDoUpdate({
      target: feedback.turnId,
      set: { ...said, revision: sql`${feedback.revision} + 1` },
    })
  return { turn_id: turnId, emotion, created_at: createdAt }
}
