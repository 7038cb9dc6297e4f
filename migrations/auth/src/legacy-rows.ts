// What the rows of the monolith's file have in common, whichever table they are of.
import { prepareOnce, type SqliteRows } from '@emotibot/sync'
import type { LegacyValue } from './legacy-values.ts'

type Database = Parameters<SqliteRows<unknown>['read']>[0]

/** A column as SQLite's driver gives it. */
type Held = string | number | null | Buffer

/** The row itself, with bytes as plain bytes, so that rows compare by what they hold. */
export function plainRow<Row extends Record<string, LegacyValue>>(columns: Record<keyof Row, Held>): Row {
  const row: Record<string, LegacyValue> = columns
  for (const [column, held] of Object.entries<Held>(columns))
    if (Buffer.isBuffer(held)) row[column] = new Uint8Array(held)
  return row as Row
}

/**
 * Rows by their ids as text. An id of bytes has to be found too, for what cannot be mapped is set aside and not passed
 * over; it is looked for only where the text finds nothing. `text` asks for `id in (:ids)`.
 */
export function readByIds<Row extends Record<string, LegacyValue> & { readonly id: LegacyValue }>(
  db: Database,
  text: string,
  keys: readonly string[],
): Map<string, Row> {
  const read = (ids: string, wanted: readonly string[]) =>
    prepareOnce<[string], Record<keyof Row, Held>>(db, text.replace(':ids', ids)).all(JSON.stringify(wanted))
  const rows = new Map(read(AS_TEXT, keys).map((row) => byKey(plainRow<Row>(row))))
  const others = keys.filter((key) => !rows.has(key))
  if (others.length === 0) return rows
  return new Map([...rows, ...read(AS_BYTES, others).map((row) => byKey(plainRow<Row>(row)))])
}

const AS_TEXT = 'select value from json_each(?)'
const AS_BYTES = 'select cast(value as blob) from json_each(?)'

const byKey = <Row extends { readonly id: LegacyValue }>(row: Row) => [keyOf(row.id), row] as const

/** What a feed calls a row. */
export function keyOf(id: LegacyValue): string {
  return id instanceof Uint8Array ? Buffer.from(id).toString('utf8') : String(id)
}
