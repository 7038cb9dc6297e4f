import { and, desc, eq, isNotNull, sql } from 'drizzle-orm'
import { isFoundBy, searchExpression } from '../store/search-index.ts'
import type { Reader } from '../store/store.ts'
import { type TurnRow, turns } from '../store/tables.ts'
import { readTimeCursor } from './answer.ts'

export type SearchQuery = { readonly q: string; readonly before?: string | undefined; readonly limit: number }

/** Turns in which every word of `q` begins a word: one more than `limit`, newest first, ties by id. */
export function searchTurns(db: Reader, userId: string, { q, before, limit }: SearchQuery): TurnRow[] {
  const expression = searchExpression(userId, q)
  if (expression === null) return []
  const cursor = before === undefined ? null : readTimeCursor(before)
  const isBefore = cursor && sql`(${turns.timeKey}, ${turns.id}) < (${cursor.timeKey}, ${cursor.id})`
  return db
    .select()
    .from(turns)
    .where(
      and(
        eq(turns.userId, userId),
        isNotNull(turns.threadId),
        isFoundBy(turns.docid, expression),
        isBefore ?? undefined,
      ),
    )
    .orderBy(desc(turns.timeKey), desc(turns.id))
    .limit(limit + 1)
    .all()
}
