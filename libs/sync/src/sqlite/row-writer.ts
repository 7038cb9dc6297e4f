import type { Database } from 'better-sqlite3'
import type { FeedTable } from '../entity.ts'
import { prepareOnce } from './prepare-once.ts'

type Table = Pick<FeedTable, 'table' | 'keyColumns'> & { readonly columns: readonly string[] }

/** Makes a row of one table; one that is there already becomes the given one. Other fields are left out. */
export function upsertRow({ table, keyColumns, columns }: Table, db: Database, row: object): void {
  const names = columns.map((column) => `"${column}"`).join(', ')
  const values = columns.map((column) => `@${column}`).join(', ')
  const changed = columns.filter((column) => !keyColumns.includes(column))
  const changes = changed.map((column) => `"${column}" = excluded."${column}"`).join(', ')
  const conflict = keyColumns.map((column) => `"${column}"`).join(', ')
  const text = `insert into "${table}" (${names}) values (${values})
    on conflict (${conflict}) do ${changes === '' ? 'nothing' : `update set ${changes}`}`
  prepareOnce<[object], unknown>(db, text).run(row)
}

/** Removes a row of one table by the columns of its key. */
export function deleteRow(
  { table, keyColumns }: Pick<Table, 'table' | 'keyColumns'>,
  db: Database,
  key: Readonly<Record<string, string>>,
): void {
  const isSame = keyColumns.map((column) => `"${column}" = @${column}`).join(' and ')
  prepareOnce<[object], unknown>(db, `delete from "${table}" where ${isSame}`).run(key)
}
