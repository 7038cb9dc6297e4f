import type { MigrationStep } from '@emotibot/db'
import type { FeedTable } from '../entity.ts'
import { postgresSeenConflictsStep, postgresSyncSteps } from '../postgres/schema.ts'

const inAuth = { group: 'auth', leavesTombstone: true } as const

/** The service redesigned the model: a note is a question and, once there is one, an answer. */
export const SERVICE_TABLES = {
  persons: {
    ...inAuth,
    claimGroup: 'auth.claim',
    table: 'persons',
    entity: 'person',
    keyColumns: ['id'],
    columns: ['id', 'name', 'name_key', 'legacy_secret', 'strong_secret'],
  },
  tickets: {
    ...inAuth,
    table: 'tickets',
    entity: 'ticket',
    keyColumns: ['id'],
    columns: ['id', 'person_id', 'seat'],
  },
  questions: {
    ...inAuth,
    table: 'questions',
    entity: 'note',
    keyColumns: ['id'],
    columns: ['id', 'person_id', 'text'],
  },
  answers: {
    ...inAuth,
    leavesTombstone: false,
    table: 'answers',
    entity: 'note',
    keyColumns: ['question_id'],
    columns: ['question_id', 'text'],
  },
} as const satisfies Record<string, FeedTable>

const TABLES = `
create table persons (
  id text primary key, name text not null, name_key text not null unique, legacy_secret text not null, strong_secret text);
create table tickets (
  id text primary key, person_id text not null references persons(id) on delete cascade,
  seat integer not null check (seat <> 13));
create table questions (
  id text primary key, person_id text not null references persons(id) on delete cascade, text text not null);
create table answers (
  question_id text primary key references questions(id) on delete cascade, text text not null);`

export const serviceSteps: readonly MigrationStep[] = [
  { name: '001-tables', sql: TABLES },
  ...postgresSyncSteps(Object.values(SERVICE_TABLES)),
  postgresSeenConflictsStep,
]
