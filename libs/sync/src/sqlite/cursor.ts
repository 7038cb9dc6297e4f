// Where a backfill is among a table's rows: the last row's key columns, each as its type and its bytes. A legacy id may
// be of any type, and SQLite orders by type first: a cursor that was text only would never get past ids that are bytes.
import { type FeedTable, splitKey } from '../entity.ts'

const PART = /^(text|blob|integer|real):((?:[0-9A-F]{2})*)$/
const SEPARATOR = ' '

/** In SQL, the cursor of a row. */
export function cursorOf({ keyColumns }: FeedTable): string {
  return keyColumns
    .map((column) => `typeof(root."${column}") || ':' || hex(root."${column}")`)
    .join(` || '${SEPARATOR}' || `)
}

export type After = { readonly where: string; readonly values: readonly (Buffer | string)[] }

/** In SQL, the rows after a cursor; a cursor of an earlier version is the key itself. Rows without an id have none. */
export function after({ keyColumns }: FeedTable, cursor: string | null): After {
  const columns = keyColumns.map((column) => `root."${column}"`).join(', ')
  if (cursor === null)
    return { where: keyColumns.map((column) => `root."${column}" is not null`).join(' and '), values: [] }
  const parts = cursor.split(SEPARATOR).map((part) => PART.exec(part))
  const isOurs = parts.length === keyColumns.length && parts.every((part) => part !== null)
  const bounds = isOurs
    ? parts.map((part) => boundOf(part))
    : splitKey(cursor).map((text) => ({ sql: '?', value: text }))
  return {
    where: `(${columns}) > (${bounds.map(({ sql }) => sql).join(', ')})`,
    values: bounds.map(({ value }) => value),
  }
}

const CASTS: Readonly<Record<string, string>> = {
  text: 'cast(? as text)',
  integer: 'cast(cast(? as text) as integer)',
  real: 'cast(cast(? as text) as real)',
  blob: '?',
}

function boundOf(part: RegExpExecArray | null): { sql: string; value: Buffer } {
  const [, type = 'text', hex = ''] = part ?? []
  return { sql: CASTS[type] ?? '?', value: Buffer.from(hex, 'hex') }
}
