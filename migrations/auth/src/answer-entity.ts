import {
  deleteRow,
  deleteRows,
  type Entity,
  joinKey,
  type PostgresRows,
  prepareOnce,
  type SqliteRows,
  splitKey,
  upsertRow,
  upsertRows,
} from '@emotibot/sync'
import { answerLens, type LegacyAnswerRow, type ServiceAnswerRow } from './answer-lens.ts'
import { plainRow } from './legacy-rows.ts'
import { monolithTables, serviceTables } from './tables.ts'

const { columns } = serviceTables.answers

function partsOf(joined: string): { user_id: string; key: string } {
  const [user_id = '', key = ''] = splitKey(joined)
  return { user_id, key }
}

const monolith: SqliteRows<LegacyAnswerRow> = {
  tables: [monolithTables.answers],
  read(db, keys) {
    const text = `
      select ${columns.join(', ')} from auth_idempotency_keys where (user_id, key) in
        (select value ->> 'user_id', value ->> 'key' from json_each(@keys))`
    const found = prepareOnce<[{ keys: string }], LegacyAnswerRow & Record<string, Buffer>>(db, text)
    const rows = found.all({ keys: JSON.stringify(keys.map(partsOf)) }).map(plainRow<LegacyAnswerRow>)
    return new Map(rows.map((row) => [joinKey(String(row.user_id), String(row.key)), row]))
  },
  write(db, key, row) {
    if (row) upsertRow(monolithTables.answers, db, row)
    else deleteRow(monolithTables.answers, db, partsOf(key))
  },
}

/** As Postgres's driver gives it: a bigint is text. */
type Columns = Omit<ServiceAnswerRow, 'created_at_ms'> & { readonly created_at_ms: string }

const service: PostgresRows<ServiceAnswerRow> = {
  tables: [serviceTables.answers],
  async read(sql, keys) {
    const wanted = JSON.stringify(keys.map(partsOf))
    const found = await sql<Columns[]>`
      select ${sql(columns)} from auth_idempotency_keys where (user_id, key) in
        (select user_id, key from json_to_recordset(${wanted}::text::json) as wanted(user_id text, key text))`
    return new Map(
      found.map((row) => [
        joinKey(row.user_id, row.key),
        { ...row, created_at_ms: Number(row.created_at_ms) },
      ]),
    )
  },
  write: (rows) => upsertRows(serviceTables.answers, rows),
  remove: (keys) => deleteRows(serviceTables.answers, keys.map(partsOf)),
}

/** What the first try of a keyed write was answered, so that a retry at the new owner is answered the same. */
export const answerEntity: Entity<LegacyAnswerRow, ServiceAnswerRow> = {
  name: 'answer',
  group: 'auth',
  monolith,
  service,
  ...answerLens,
  partitionOf: {
    monolith: ({ partition }) => String(partition),
    service: ({ partition }) => partition,
  },
}
