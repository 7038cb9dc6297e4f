import type { Analysis } from '@emotibot/contracts'
import type { Reader, Tx } from '@emotibot/service-store'
import { and, asc, desc, eq, getTableColumns, gt, lt, type SQL, sql } from 'drizzle-orm'
import { type Owner, touchConversationOrThrow } from './conversations.ts'
import { type EmotionStatus, replied, said } from './schema.ts'
import { lexemesOf } from './search/lexemes.ts'

const { role: _role, words: _words, legacy: _legacy, ...read } = getTableColumns(said)
const turnColumns = { ...read, reply: replied.text }

/** A turn: what the user said, and what the bot did (`reply`; null where it said nothing). */
export type TurnRow = Omit<typeof said.$inferSelect, 'role' | 'words' | 'legacy'> & {
  readonly reply: string | null
}

/**
 * The turns that a condition on `said` picks, to be ordered and limited. What partial indexes are of is written out: of a
 * parameter no general plan knows that it holds.
 */
export function selectTurns(db: Reader, which: SQL | undefined) {
  return db
    .select(turnColumns)
    .from(said)
    .leftJoin(replied, and(eq(replied.turnId, said.turnId), sql`${replied.role} = 'bot'`))
    .where(and(sql`${said.role} = 'user'`, which))
}

/** What a text sounds like as a turn keeps it. */
export type Felt = Pick<Analysis, 'confidence' | 'polarity' | 'subjectivity'> & {
  readonly detectedEmotion: string
  readonly emotionStatus: EmotionStatus
}

export type NewTurn = {
  readonly id: string
  readonly owner: Owner
  readonly conversationId: string
  readonly text: string
  readonly felt: Felt
  readonly time: string
}

/** Stores what a user said at the end of a conversation, its reply pending. Throws NOT_FOUND where there is no such conversation. */
export async function addTurn(tx: Tx, turn: NewTurn): Promise<TurnRow> {
  const { id: turnId, owner, conversationId, text, felt, time } = turn
  await touchConversationOrThrow(tx, conversationId, { userId: owner.userId, time })
  const row = {
    turnId,
    ...owner,
    conversationId,
    text,
    ...felt,
    saidAt: time,
    timeKey: time,
    replyStatus: 'pending' as const,
    updatedAt: time,
    revision: 1,
  }
  const words = lexemesOf(owner.userId, [text])
  const [placed] = await tx
    .insert(said)
    .values({ ...row, role: 'user', words, seq: nextSeq(conversationId) })
    .returning({ seq: said.seq })
  return { ...row, seq: placed?.seq ?? null, reply: null }
}

/** The conversation is held, so nobody else takes the same place. */
function nextSeq(conversationId: string): SQL<number> {
  return sql`(select coalesce(max(seq), 0) + 1 from messages where conversation_id = ${conversationId} and role = 'user')`
}

export async function findTurn(db: Reader, turnId: string, userId: string): Promise<TurnRow | null> {
  const [row] = await selectTurns(db, and(eq(said.turnId, turnId), eq(said.userId, userId)))
  return row ?? null
}

export type HistoryQuery = { readonly before?: number | undefined; readonly limit: number }

/** One more than `limit`, newest first. */
export function historyOf(db: Reader, conversationId: string, { before, limit }: HistoryQuery) {
  const isBefore = before === undefined ? undefined : lt(said.seq, before)
  return selectTurns(db, and(eq(said.conversationId, conversationId), isBefore))
    .orderBy(desc(said.seq))
    .limit(limit + 1)
}

/** In order, after the place given: how an export walks. */
export function turnsFrom(
  db: Reader,
  conversationId: string,
  { after, limit }: { after: number; limit: number },
) {
  return selectTurns(db, and(eq(said.conversationId, conversationId), gt(said.seq, after)))
    .orderBy(asc(said.seq))
    .limit(limit)
}
