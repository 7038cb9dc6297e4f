import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'

export type LeftRow = { readonly table: string; readonly values: Readonly<Record<string, SQLOutputValue>> }

/** What people left behind in the monolith's file, by the folded username. */
export type LeftRows = ReadonlyMap<string, readonly LeftRow[]>

/** Text as its bytes where it is no UTF-8 or holds a NUL, for the driver shows neither. */
const exact = (column: string): string =>
  `CASE WHEN typeof(${column}) = 'text' AND instr(hex(${column}), '00') THEN hex(${column}) ELSE ${column} END AS ${column}`

const TURN_COLUMNS = [
  'user_message',
  'bot_message',
  'detected_emotion',
  'confidence',
  'polarity',
  'subjectivity',
  'timestamp',
  'thread_id',
  'seq',
  'revision',
  'reply_status',
  'emotion_status',
]

/** In an order that is the same wherever they were written: ids are not. */
const QUERIES: Readonly<Record<string, string>> = {
  threads: 'SELECT owner_key, id, user_id, title, revision FROM threads ORDER BY created_at, id',
  conversations: `SELECT c.owner_key, c.id, c.user_id, ${TURN_COLUMNS.map((column) => exact(`c.${column}`).replace(/AS c\./, 'AS ')).join(', ')}
    FROM conversations AS c LEFT JOIN threads AS t ON t.id = c.thread_id ORDER BY t.created_at, t.id, c.seq, c.time_key, c.id`,
  feedback:
    'SELECT f.owner_key, f.turn_id, f.user_id, f.emotion, f.revision FROM feedback AS f ORDER BY f.created_at, f.turn_id',
}

/** Reads them from a file that a monolith may have open. */
export function readLeftRows(file: string): LeftRows {
  const database = new DatabaseSync(file, { readOnly: true })
  const rows = Object.entries(QUERIES).flatMap(([table, query]) =>
    database
      .prepare(query)
      .all()
      .map(({ owner_key: owner, ...values }) => ({ owner: String(owner), row: { table, values } })),
  )
  database.close()
  const byOwner = Map.groupBy(rows, ({ owner }) => owner)
  return new Map([...byOwner].map(([owner, theirs]) => [owner, theirs.map(({ row }) => row)]))
}
