import { type MigrationStep, openPostgres } from '@emotibot/db'
import { answersFeed, postgresSyncSteps } from '@emotibot/sync'
import { bigint, pgTable, text } from 'drizzle-orm/pg-core'
import { afterAll } from 'vitest'
import { answersTable, answersTableSql } from '../answers-table.ts'
import { createStore, type Store } from '../store.ts'
import { createTestStore, ownerStep, type TestStore } from './test-store.ts'

const KEPT = 'conversation_idempotency_keys'

/** Of the group `conversation`. */
export const notes = pgTable('notes', { id: text('id').primaryKey(), at: bigint('at', { mode: 'number' }) })
export const keptAnswers = answersTable(KEPT)
/** In no group. */
export const plain = pgTable('plain', { id: text('id').primaryKey() })

const noteSteps: readonly MigrationStep[] = [
  {
    name: '001-notes',
    sql: `
      create table notes (id text primary key, at bigint);
      create table moods (id text primary key);
      create table plain (id text primary key);${answersTableSql(KEPT)}`,
  },
  ...postgresSyncSteps([
    { table: 'notes', entity: 'note', keyColumns: ['id'], group: 'conversation', leavesTombstone: true },
    { table: 'moods', entity: 'mood', keyColumns: ['id'], group: 'emotion', leavesTombstone: true },
    answersFeed({ table: KEPT, group: 'conversation' }),
  ]),
  ownerStep,
]

/** A store over a small database that owns everything, for all the tests of the file that asks at its top. */
export async function openNotesForFile(): Promise<{ database: TestStore; store: Store }> {
  const database = await createTestStore(noteSteps)
  const client = openPostgres(database.url, { applicationName: 'service-store-test' })
  afterAll(async () => {
    await client.end({ timeout: 5 })
    await database.drop()
  })
  return { database, store: createStore(client) }
}
