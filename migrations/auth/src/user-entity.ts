import { fold, readStorable } from '@emotibot/contracts'
import {
  deleteRow,
  deleteRows,
  type Entity,
  type LegacyValue,
  type PostgresRows,
  readByKeys,
  readText,
  type SqliteRows,
  upsertLegacyRow,
  upsertRows,
} from '@emotibot/sync'
import { monolithTables, serviceTables } from './tables.ts'
import { type LegacyUserRow, type ServiceUserRow, userLens } from './user-lens.ts'

const [held, kept] = [monolithTables.users, serviceTables.users]

const READ = `select ${held.columns.join(', ')} from users where id in (:keys)`

const monolith: SqliteRows<LegacyUserRow> = {
  tables: [held],
  read: (db, keys) => readByKeys(db, { text: READ, keyColumns: held.keyColumns }, keys),
  write(db, key, row) {
    if (row) upsertLegacyRow(held, db, row)
    else deleteRow(held, db, { id: key })
  },
}

/** As Postgres's driver gives it: a bigint is text. */
type Columns = Omit<ServiceUserRow, 'revision'> & { readonly revision: string }

const service: PostgresRows<ServiceUserRow> = {
  tables: [kept],
  async read(sql, keys) {
    const found = await sql<Columns[]>`select ${sql(kept.columns)} from users where id = any(${[...keys]})`
    return new Map(found.map((row) => [row.id, { ...row, revision: Number(row.revision) }]))
  },
  write: (rows) => upsertRows(kept, rows),
  remove: (keys) =>
    deleteRows(
      kept,
      keys.map((id) => ({ id })),
    ),
}

/** One row on each side. Whoever signs in is one of these. */
export const userEntity: Entity<LegacyUserRow, ServiceUserRow> = {
  name: 'user',
  group: 'auth',
  monolith,
  service,
  ...userLens,
  partitionOf: {
    monolith: ({ username }) => fold(nameOf(username) ?? ''),
    service: ({ username_key: key }) => readStorable(key),
  },
  namesOf: ({ username, email }) => {
    const names = { username: nameOf(username), email: nameOf(email) }
    return Object.fromEntries(Object.entries(names).flatMap(([what, name]) => (name ? [[what, name]] : [])))
  },
}

/** A name as the monolith reads it. */
function nameOf(held: LegacyValue): string | null {
  return held === null ? null : readText(held)
}
