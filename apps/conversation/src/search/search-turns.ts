import type { Reader } from '@emotibot/service-store'
import { and, desc, eq, isNotNull, type SQL, sql } from 'drizzle-orm'
import { readTimeCursor, type TimeCursor } from '../page.ts'
import { said } from '../schema.ts'
import { selectTurns, type TurnRow } from '../turns.ts'
import { type SearchQuery, searchQuery } from './search-query.ts'

export type SearchAsked = {
  readonly q: string
  readonly before?: string | undefined
  readonly limit: number
}

/** Turns in which every word of `q` begins a word: one more than `limit`, newest first, ties by id. */
export async function searchTurns(
  db: Reader,
  userId: string,
  { q, before, limit }: SearchAsked,
): Promise<TurnRow[]> {
  const query = searchQuery(userId, q)
  if (query === null) return []
  const wanted = limit + 1
  const found: TurnRow[] = []
  let cursor = before === undefined ? null : readTimeCursor(before)
  for (;;) {
    const page = await findPage(db, userId, { query, cursor }).limit(wanted)
    found.push(...page.filter((turn) => isMeant(query, turn)))
    const last = page.at(-1)
    if (page.length < wanted || found.length >= wanted || !last) return found.slice(0, wanted)
    cursor = { timeKey: last.timeKey, id: last.turnId }
  }
}

function isMeant({ isMeant: judge }: SearchQuery, { text, reply }: TurnRow): boolean {
  return judge === null || judge(`${text ?? ''} ${reply ?? ''}`)
}

type Page = { readonly query: SearchQuery; readonly cursor: TimeCursor | null }

export function findPage(db: Reader, userId: string, { query, cursor }: Page) {
  return selectTurns(
    db,
    and(
      eq(said.userId, userId),
      isNotNull(said.conversationId),
      sql`${said.words} @@ ${query.expression}::tsquery`,
      isBefore(cursor),
    ),
  ).orderBy(desc(said.timeKey), desc(said.turnId))
}

function isBefore(cursor: TimeCursor | null): SQL | undefined {
  return cursor ? sql`(${said.timeKey}, ${said.turnId}) < (${cursor.timeKey}, ${cursor.id})` : undefined
}
