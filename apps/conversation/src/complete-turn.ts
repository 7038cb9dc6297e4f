import type { Tx } from '@emotibot/service-store'
import { and, eq } from 'drizzle-orm'
import { replies, said } from './schema.ts'
import { lexemesOf } from './search/lexemes.ts'
import { type Felt, selectTurns, type TurnRow } from './turns.ts'

/** Of what a turn waits for. Null: the neighbour refused it for good, so there will be none. */
export type Reply = { readonly text: string | null; readonly time: string }

/** Gives a pending turn its reply. False when it was deleted meanwhile, or has one already. */
export async function completeTurn(tx: Tx, turnId: string, { text, time }: Reply): Promise<boolean> {
  const pending = await holdTurn(tx, turnId)
  if (pending?.replyStatus !== 'pending') return false
  if (text === null) {
    await change(tx, pending, { replyStatus: 'failed', updatedAt: time })
    return true
  }
  const { conversationId, userId, ownerKey, seq } = pending
  await tx
    .insert(replies)
    .values({ turnId, role: 'bot', conversationId, userId, ownerKey, seq, text })
    .onConflictDoUpdate({ target: [replies.turnId, replies.role], set: { text } })
  const words = lexemesOf(userId ?? '', [pending.text ?? '', text])
  await change(tx, pending, { replyStatus: 'complete', updatedAt: time, words })
  return true
}

/** Puts what a text sounds like in the place of the stand-in. False when that was done already, or the turn is gone. */
export async function correctEmotion(
  tx: Tx,
  turnId: string,
  { felt, time }: { felt: Felt | null; time: string },
): Promise<boolean> {
  const pending = await holdTurn(tx, turnId)
  if (pending?.emotionStatus !== 'pending') return false
  await change(tx, pending, { emotionStatus: 'complete', ...felt, updatedAt: time })
  return true
}

async function holdTurn(tx: Tx, turnId: string): Promise<TurnRow | null> {
  const [row] = await selectTurns(tx, eq(said.turnId, turnId)).for('update', { of: said })
  return row ?? null
}

type Change = Partial<typeof said.$inferInsert>

async function change(tx: Tx, { turnId, revision }: TurnRow, values: Change): Promise<void> {
  await tx
    .update(said)
    .set({ ...values, revision: revision + 1 })
    .where(and(eq(said.turnId, turnId), eq(said.role, 'user')))
}
