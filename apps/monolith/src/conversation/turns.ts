import type { Analysis } from '@emotibot/contracts'
import { ApiError } from '@emotibot/service-kit'
import { and, desc, eq, lt, max, type SQL } from 'drizzle-orm'
import type { Owner } from '../store/owner.ts'
import { indexTurn, unindexTurns } from '../store/search-index.ts'
import type { Reader, Tx } from '../store/store.ts'
import { type TurnRow, turns } from '../store/tables.ts'
import { takeNextSeq } from './threads.ts'

export type NewTurn = {
  readonly id: string
  readonly owner: Owner
  readonly threadId: string
  readonly text: string
  readonly emotion: Analysis
  readonly time: string
}

/**
 * Stores what a user said, its reply pending. Old files may forbid a NULL in `bot_message`, so until the reply is
 * there the column holds an empty text.
 */
export function addTurn(tx: Tx, { id, owner, threadId, text, emotion, time }: NewTurn): TurnRow {
  const row: TurnRow = {
    id,
    ...owner,
    threadId,
    userMessage: text,
    botMessage: '',
    replyStatus: 'pending',
    ...emotionColumns(emotion),
    emotionStatus: 'complete',
    timestamp: time,
    timeKey: time,
    updatedAt: time,
    seq: takeNextSeq(tx, threadId, time),
    docid: nextDocid(tx),
    revision: 1,
  }
  tx.insert(turns).values(row).run()
  indexTurn(tx, { ...row, userId: owner.userId, botMessage: null })
  return row
}

const emotionColumns = ({ emotion, confidence, polarity, subjectivity }: Analysis) => ({
  detectedEmotion: emotion,
  confidence,
  polarity,
  subjectivity,
})

function nextDocid(tx: Tx): number {
  return (
    (tx
      .select({ last: max(turns.docid) })
      .from(turns)
      .get()?.last ?? 0) + 1
  )
}

/** Gives a pending turn its reply; null when it was deleted meanwhile or has one already. */
export function completeTurn(
  tx: Tx,
  turnId: string,
  { reply, time }: { reply: string; time: string },
): TurnRow | null {
  const isPending = and(eq(turns.id, turnId), eq(turns.replyStatus, 'pending'))
  const pending = tx.select().from(turns).where(isPending).get()
  if (!pending) return null
  const change = {
    botMessage: reply,
    replyStatus: 'complete' as const,
    updatedAt: time,
    revision: pending.revision + 1,
  }
  tx.update(turns).set(change).where(isPending).run()
  const row = { ...pending, ...change }
  indexTurn(tx, { ...row, userId: row.userId ?? '' })
  return row
}

/** Puts an analysis in the place of a stand-in; null when the turn was deleted meanwhile or its emotion stands. */
export function correctEmotion(
  tx: Tx,
  turnId: string,
  { emotion, time }: { emotion: Analysis; time: string },
): TurnRow | null {
  const isPending = and(eq(turns.id, turnId), eq(turns.emotionStatus, 'pending'))
  const pending = tx.select().from(turns).where(isPending).get()
  if (!pending) return null
  const change = {
    ...emotionColumns(emotion),
    emotionStatus: 'complete' as const,
    updatedAt: time,
    revision: pending.revision + 1,
  }
  tx.update(turns).set(change).where(isPending).run()
  return { ...pending, ...change }
}

export function findTurn(db: Reader, turnId: string, userId: string): TurnRow | null {
  return (
    db
      .select()
      .from(turns)
      .where(and(eq(turns.id, turnId), eq(turns.userId, userId)))
      .get() ?? null
  )
}

export type HistoryQuery = { readonly before?: number | undefined; readonly limit: number }

/** One more than `limit`, newest first. */
export function historyOf(db: Reader, threadId: string, { before, limit }: HistoryQuery): TurnRow[] {
  const isBefore = before === undefined ? undefined : lt(turns.seq, before)
  return db
    .select()
    .from(turns)
    .where(and(eq(turns.threadId, threadId), isBefore))
    .orderBy(desc(turns.seq))
    .limit(limit + 1)
    .all()
}

/** Deletes one turn of a thread. Throws NOT_FOUND when it holds no such turn. */
export function deleteTurnOrThrow(tx: Tx, turnId: string, threadId: string): void {
  const deleted = deleteTurns(tx, and(eq(turns.id, turnId), eq(turns.threadId, threadId)))
  if (deleted === 0) throw new ApiError('NOT_FOUND', 'There is no such turn. It may have been deleted.')
}

/** Deletes turns and what the index has of them. Returns how many there were. */
export function deleteTurns(tx: Tx, which: SQL | undefined): number {
  unindexTurns(tx, tx.select({ docid: turns.docid }).from(turns).where(which))
  return tx.delete(turns).where(which).run().changes
}
