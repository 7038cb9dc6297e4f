import type { FeedTable } from '../entity.ts'

/** A statement with one value, always text: rows as JSON. So that it is parsed and planned once for any number of them. */
export type Statement = { readonly text: string; readonly value: string }

type Table = Pick<FeedTable, 'table' | 'keyColumns'> & { readonly columns: readonly string[] }

const listed = (columns: readonly string[], row = ''): string =>
  columns.map((column) => `${row}"${column}"`).join(', ')

/** Makes rows of one table, in their order; one that is there already becomes the given one. Other fields are left out. */
export function upsertRows({ table, keyColumns, columns }: Table, rows: readonly object[]): Statement[] {
  if (rows.length === 0) return []
  const changed = columns.filter((column) => !keyColumns.includes(column))
  const changes = changed.map((column) => `"${column}" = excluded."${column}"`).join(', ')
  const text = `insert into "${table}" (${listed(columns)})
    select ${listed(columns)} from json_populate_recordset(null::"${table}", $1::text::json)
    on conflict (${listed(keyColumns)}) do ${changes === '' ? 'nothing' : `update set ${changes}`}`
  return [{ text, value: JSON.stringify(rows) }]
}

/** Removes rows of one table by the columns of its key. */
export function deleteRows(
  { table, keyColumns }: Pick<Table, 'table' | 'keyColumns'>,
  keys: readonly Readonly<Record<string, string>>[],
): Statement[] {
  if (keys.length === 0) return []
  const isSame = keyColumns.map((column) => `held."${column}" = given."${column}"`).join(' and ')
  const text = `delete from "${table}" held using json_populate_recordset(null::"${table}", $1::text::json) given
    where ${isSame}`
  return [{ text, value: JSON.stringify(keys) }]
}
