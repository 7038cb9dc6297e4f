import Database from 'better-sqlite3'
import type { FeedTable } from '../entity.ts'
import { sqliteSyncSteps } from '../sqlite/schema.ts'

const inAuth = { group: 'auth', leavesTombstone: true } as const

/** People may be added by the claim group; their tickets and notes go with them by cascade. */
export const MONOLITH_TABLES = {
  people: {
    ...inAuth,
    claimGroup: 'auth.claim',
    table: 'people',
    entity: 'person',
    keyColumns: ['id'],
    columns: ['id', 'name', 'name_key', 'secret', 'quirk'],
  },
  tickets: {
    ...inAuth,
    table: 'tickets',
    entity: 'ticket',
    keyColumns: ['id'],
    columns: ['id', 'person_id', 'seat'],
  },
  notes: {
    ...inAuth,
    table: 'notes',
    entity: 'note',
    keyColumns: ['id'],
    columns: ['id', 'person_id', 'question', 'answer'],
  },
} as const satisfies Record<string, FeedTable>

const TABLES = `
create table people (id text primary key, name text not null, name_key text not null unique, secret text not null, quirk text);
create table tickets (
  id text primary key, person_id text not null references people(id) on delete cascade, seat integer not null);
create table notes (
  id text primary key, person_id text not null references people(id) on delete cascade, question text not null, answer text);`

/** Opens a file as the monolith does, with the made-up tables of these tests. */
export function openMonolithFile(file: string): Database.Database {
  const db = new Database(file, { timeout: 2_000 })
  db.pragma('journal_mode = WAL')
  db.pragma('foreign_keys = ON')
  return db
}

export function createMonolithFile(file: string): Database.Database {
  const db = openMonolithFile(file)
  db.exec(TABLES)
  for (const step of sqliteSyncSteps(Object.values(MONOLITH_TABLES))) db.exec(step.sql)
  return db
}
