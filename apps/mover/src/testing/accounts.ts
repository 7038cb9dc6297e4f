// A small domain on both sides, with the groups and routes of auth: accounts, which the claim group may add.
import type { MigrationStep } from '@emotibot/db'
import {
  type AnyEntity,
  deleteRows,
  type Entity,
  type FeedTable,
  postgresSeenConflictsStep,
  postgresSyncSteps,
  sqliteSyncSteps,
  upsertRows,
} from '@emotibot/sync'
import Database from 'better-sqlite3'

type Account = { id: string; name_key: string; value: string }

const accounts = {
  table: 'accounts',
  entity: 'account',
  keyColumns: ['id'],
  columns: ['id', 'name_key', 'value'],
  group: 'auth',
  claimGroup: 'auth.claim',
  leavesTombstone: true,
} as const satisfies FeedTable

const TABLE = `create table accounts (id text primary key, name_key text not null, value text not null);`

const account: Entity<Account, Account> = {
  name: 'account',
  group: 'auth',
  monolith: {
    tables: [accounts],
    read: (db, keys) => {
      const rows = db
        .prepare<[string], Account>('select * from accounts where id in (select value from json_each(?))')
        .all(JSON.stringify(keys))
      return new Map(rows.map((row) => [row.id, row]))
    },
    write: (db, key, row) => {
      if (!row) return void db.prepare('delete from accounts where id = ?').run(key)
      db.prepare(
        'insert into accounts values (?, ?, ?) on conflict (id) do update set value = excluded.value',
      ).run(row.id, row.name_key, row.value)
    },
  },
  service: {
    tables: [accounts],
    read: async (sql, keys) => {
      const rows = await sql<Account[]>`select * from accounts where id = any(${[...keys]})`
      return new Map(rows.map((row) => [row.id, { ...row }]))
    },
    write: (rows) => upsertRows(accounts, rows),
    remove: (keys) =>
      deleteRows(
        accounts,
        keys.map((id) => ({ id })),
      ),
  },
  forward: (row) => mapped(row),
  back: (row) => mapped(row),
  partitionOf: { monolith: (row) => row.name_key, service: (row) => row.name_key },
}

/** A row that has no place on the other side. */
export const UNMAPPABLE = 'unmappable'

function mapped(row: Account): Account {
  if (row.value === UNMAPPABLE) throw new Error('this value cannot be mapped')
  return row
}

export const entities: readonly AnyEntity[] = [account]

export const serviceSteps: readonly MigrationStep[] = [
  { name: '001-accounts', sql: TABLE },
  ...postgresSyncSteps([accounts]),
  postgresSeenConflictsStep,
]

export function createMonolithFile(file: string): Database.Database {
  const db = new Database(file, { timeout: 2_000 })
  db.pragma('journal_mode = WAL')
  db.exec(TABLE)
  for (const { sql } of sqliteSyncSteps([accounts])) db.exec(sql)
  return db
}
