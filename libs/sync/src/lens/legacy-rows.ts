// Reading and writing rows of the monolith's file as they are, whatever they hold and whichever table they are of.
import { isUtf8 } from 'node:buffer'
import type { Database } from 'better-sqlite3'
import { type FeedTable, joinKey, splitKey } from '../entity.ts'
import { prepareOnce } from '../sqlite/prepare-once.ts'
import { upsertRow } from '../sqlite/row-writer.ts'
import { type BrokenText, isBrokenText, type LegacyValue, readText } from './legacy-values.ts'

export type LegacyRow = Readonly<Record<string, LegacyValue>>

/** `text` asks for rows whose key columns are `in (:keys)`, and gives these columns too. */
export type LegacyQuery = { readonly text: string; readonly keyColumns: readonly string[] }

/** A column as SQLite's driver gives it. */
type Held = string | number | null | Buffer

/**
 * Rows by their keys as text. Keys of bytes have to be found too, for what cannot be mapped is set aside and not passed
 * over; they are looked for only where the text finds nothing.
 */
export function readByKeys<Row extends LegacyRow>(
  db: Database,
  query: LegacyQuery,
  keys: readonly string[],
): Map<string, Row> {
  const rows = readRows<Row>(db, query, { keys, as: 'text' })
  const others = keys.filter((key) => !rows.has(key))
  if (others.length === 0) return rows
  return new Map([...rows, ...readRows<Row>(db, query, { keys: others, as: 'blob' })])
}

type Wanted = { readonly keys: readonly string[]; readonly as: 'text' | 'blob' }

function readRows<Row extends LegacyRow>(
  db: Database,
  { text, keyColumns }: LegacyQuery,
  { keys, as }: Wanted,
): Map<string, Row> {
  const parts = keyColumns.map((_, n) => (as === 'text' ? `value ->> ${n}` : `cast(value ->> ${n} as blob)`))
  const asked = text.replace(':keys', `select ${parts.join(', ')} from json_each(?)`)
  const read = (query: string, some: readonly string[]) =>
    prepareOnce<[string], Record<string, Held>>(db, query).all(JSON.stringify(some.map(splitKey)))
  const rows = new Map<string, Row>()
  for (const held of read(asked, keys)) {
    const key = joinKey(...keyColumns.map((column) => keyOf(plainValue(held[column] ?? null))))
    const bytesOf = (column: string) =>
      read(`select cast("${column}" as blob) as bytes from (${asked})`, [key])[0]?.['bytes']
    rows.set(key, wholeRow(held, bytesOf) as Row)
  }
  return rows
}

/** The row with its text as it is: the driver writes U+FFFD for bytes that are not UTF-8. */
function wholeRow(held: Record<string, Held>, bytesOf: (column: string) => Held | undefined): LegacyRow {
  const row: Record<string, LegacyValue> = {}
  for (const [column, value] of Object.entries(held)) {
    const isSuspect = typeof value === 'string' && value.includes('\uFFFD')
    row[column] = (isSuspect ? brokenText(bytesOf(column)) : null) ?? plainValue(value)
  }
  return row
}

function brokenText(bytes: Held | undefined): BrokenText | null {
  if (!Buffer.isBuffer(bytes)) return null
  return isUtf8(bytes) ? null : { brokenText: new Uint8Array(bytes) }
}

/** Plain bytes, and no -0, so that rows compare by what they hold. */
function plainValue(held: Held): LegacyValue {
  if (Buffer.isBuffer(held)) return new Uint8Array(held)
  return typeof held === 'number' ? held + 0 : held
}

/** What a feed calls a row. */
export function keyOf(id: LegacyValue): string {
  return id === null ? String(id) : readText(id)
}

type Table = Pick<FeedTable, 'table' | 'keyColumns'> & { readonly columns: readonly string[] }

/** Makes a row of one table, text that is not UTF-8 included. */
export function upsertLegacyRow(table: Table, db: Database, row: LegacyRow): void {
  const columns = Object.entries(row)
  const readable = columns.map(([column, value]) => [column, isBrokenText(value) ? readText(value) : value])
  upsertRow(table, db, Object.fromEntries(readable))
  const isSame = table.keyColumns.map((column) => `"${column}" = @${column}`).join(' and ')
  for (const [column, value] of columns) {
    if (!isBrokenText(value)) continue
    const text = `update "${table.table}" set "${column}" = cast(@bytes as text) where ${isSame}`
    prepareOnce<[object], unknown>(db, text).run({ ...row, bytes: value.brokenText })
  }
}
