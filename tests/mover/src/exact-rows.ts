// Rows of the monolith's file to the byte, which its driver does not show of text that is not UTF-8.
import type { BrokenText, LegacyValue } from '@emotibot/sync'
import type { Database } from 'better-sqlite3'

export function insertExact(file: Database, table: string, row: Readonly<Record<string, LegacyValue>>): void {
  const columns = Object.entries(row)
  const values = columns.map(([, value]) => (isBroken(value) ? 'cast(? as text)' : '?'))
  file
    .prepare(`insert into ${table} (${columns.map(([column]) => column).join()}) values (${values.join()})`)
    .run(...columns.map(([, value]) => (isBroken(value) ? value.brokenText : value)))
}

/** Each column's type and bytes; undefined where there is no such row. */
export function readExact(file: Database, table: string, id: string): unknown {
  const columns = file.pragma(`table_info(${table})`) as { name: string }[]
  const exact = columns.map(({ name }) => `typeof(${name}) || ' ' || hex(${name}) as ${name}`)
  return file.prepare(`select ${exact.join()} from ${table} where id = ?`).get(id)
}

const isBroken = (value: LegacyValue): value is BrokenText =>
  typeof value === 'object' && value !== null && 'brokenText' in value
