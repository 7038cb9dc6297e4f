import type { WriteGroup } from '@emotibot/contracts'
import {
  type Entity,
  type FeedTable,
  joinKey,
  type PostgresRows,
  type SqliteRows,
  splitKey,
} from '../entity.ts'
import { deleteRows, upsertRows } from '../postgres/statement.ts'
import { deleteRow, upsertRow } from '../sqlite/row-writer.ts'
import { readByKeys } from './legacy-rows.ts'
import { type LegacyValue, readText } from './legacy-values.ts'
import {
  createPlainLens,
  type PlainColumns,
  type PlainLegacyRow,
  type PlainServiceRow,
} from './plain-lens.ts'

export type PlainEntityOptions<Columns extends PlainColumns> = {
  readonly monolith: FeedTable
  readonly service: FeedTable
  readonly columns: Columns
  /** The column that says whose a row is: a folded username. */
  readonly owner: keyof Columns & string
}

type Table = FeedTable & { readonly columns: readonly string[] }

/** An entity of one row on each side, with the same columns. */
export function createPlainEntity<const Columns extends PlainColumns>(
  options: PlainEntityOptions<Columns>,
): Entity<PlainLegacyRow<Columns>, PlainServiceRow<Columns>> {
  const { owner } = options
  const { forward, back } = createPlainLens(options.columns)
  const { entity: name, group }: { entity: string; group: WriteGroup } = options.monolith
  const columns = Object.keys(options.columns)
  return {
    name,
    group,
    monolith: monolithRows({ ...options.monolith, columns }),
    service: serviceRows({ ...options.service, columns }, options.columns),
    forward,
    back,
    partitionOf: {
      monolith: (row) => textOf(row[owner]),
      service: (row) => textOf(back(row)[owner]),
    },
  }
}

const textOf = (value: LegacyValue): string => (value === null ? '' : readText(value))

/** The columns of a key, by their names. */
function partsOf({ keyColumns }: FeedTable, key: string): Record<string, string> {
  const parts = splitKey(key)
  return Object.fromEntries(keyColumns.map((column, n) => [column, parts[n] ?? '']))
}

function monolithRows<Columns extends PlainColumns>(table: Table): SqliteRows<PlainLegacyRow<Columns>> {
  const { keyColumns, columns } = table
  const text = `select ${columns.join(', ')} from ${table.table} where (${keyColumns.join(', ')}) in (:keys)`
  return {
    tables: [table],
    read: (db, keys) => readByKeys<PlainLegacyRow<Columns>>(db, { text, keyColumns }, keys),
    write(db, key, row) {
      if (row) upsertRow(table, db, row)
      else deleteRow(table, db, partsOf(table, key))
    },
  }
}

function serviceRows<Columns extends PlainColumns>(
  table: Table,
  kinds: Columns,
): PostgresRows<PlainServiceRow<Columns>> {
  const { keyColumns, columns } = table
  const keyNames = keyColumns.join(', ')
  const wantedTypes = keyColumns.map((column) => `${column} text`).join(', ')
  const text = `
    select ${columns.join(', ')} from ${table.table} where (${keyNames}) in
      (select ${keyNames} from json_to_recordset($1::text::json) as wanted(${wantedTypes}))`
  return {
    tables: [table],
    async read(sql, keys) {
      const wanted = JSON.stringify(keys.map((key) => partsOf(table, key)))
      const found = await sql.unsafe<Record<string, string>[]>(text, [wanted], { prepare: true })
      return new Map(
        found.map((row) => [
          joinKey(...keyColumns.map((column) => row[column] ?? '')),
          rowOf<Columns>(row, kinds),
        ]),
      )
    },
    write: (rows) => upsertRows(table, rows),
    remove: (keys) =>
      deleteRows(
        table,
        keys.map((key) => partsOf(table, key)),
      ),
  }
}

/** The driver gives a bigint as text. */
function rowOf<Columns extends PlainColumns>(
  row: Readonly<Record<string, string>>,
  kinds: Columns,
): PlainServiceRow<Columns> {
  const values = Object.entries(row).map(([column, held]) => [
    column,
    kinds[column] === 'whole' ? Number(held) : held,
  ])
  return Object.fromEntries(values) as PlainServiceRow<Columns>
}
