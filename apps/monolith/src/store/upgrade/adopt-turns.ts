import { randomUUID } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import { readText } from '../columns.ts'
import { indexedWords, ownerWord } from '../search-index.ts'
import { timeKeyOf } from '../time-key.ts'

type LegacyTurn = {
  rowid: number
  user_id: unknown
  user_message: unknown
  bot_message: unknown
  timestamp: unknown
}

export const LEGACY_THREAD_TITLE = 'Earlier conversations'
const PAGE = 1_000

/** Gives turns that the old application wrote a place in a conversation, in the order of time and in the search index. */
export function adoptTurns(connection: Database): void {
  keyTurns(connection)
  threadTurns(connection)
}

function keyTurns(connection: Database): void {
  const page = connection.prepare<[number], LegacyTurn>(
    `SELECT rowid, user_id, user_message, bot_message, timestamp FROM conversations
     WHERE docid IS NULL ORDER BY rowid LIMIT ?`,
  )
  const key = connection.prepare(
    'UPDATE conversations SET id = coalesce(id, ?), docid = ?, time_key = ? WHERE rowid = ?',
  )
  const index = connection.prepare('INSERT INTO turn_words (rowid, owner, words) VALUES (?, ?, ?)')
  let docid = lastDocid(connection)
  for (let rows = page.all(PAGE); rows.length > 0; rows = page.all(PAGE)) {
    for (const row of rows) {
      docid += 1
      key.run(randomUUID(), docid, timeKeyOf(textOrNull(row.timestamp)), row.rowid)
      const words = indexedWords(textOrNull(row.user_message), textOrNull(row.bot_message))
      index.run(docid, ownerWord(textOrNull(row.user_id) ?? ''), words)
    }
  }
}

/** One conversation a user; turns of nobody stay without one. */
function threadTurns(connection: Database): void {
  const owners = connection
    .prepare<[], { user_id: string; first: string; last: string }>(
      `SELECT user_id, min(time_key) AS first, max(time_key) AS last FROM conversations
       WHERE thread_id IS NULL AND user_id IN (SELECT id FROM users) GROUP BY user_id`,
    )
    .all()
  const addThread = connection.prepare(
    'INSERT INTO threads (id, user_id, title, created_at, updated_at, revision) VALUES (?, ?, ?, ?, ?, 1)',
  )
  const place = connection.prepare(
    `UPDATE conversations SET thread_id = ?, seq = placed.seq
     FROM (SELECT docid, row_number() OVER (ORDER BY time_key, timestamp, docid) AS seq
           FROM conversations WHERE user_id = ? AND thread_id IS NULL) AS placed
     WHERE placed.docid = conversations.docid`,
  )
  for (const { user_id: userId, first, last } of owners) {
    const threadId = randomUUID()
    addThread.run(threadId, userId, LEGACY_THREAD_TITLE, first, last)
    place.run(threadId, userId)
  }
}

function lastDocid(connection: Database): number {
  const row = connection
    .prepare<[], { last: number | null }>('SELECT max(docid) AS last FROM conversations')
    .get()
  return row?.last ?? 0
}

function textOrNull(held: unknown): string | null {
  return held === null ? null : readText(held)
}
