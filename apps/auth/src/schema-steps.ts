import type { MigrationStep } from '@emotibot/db'
import {
  answersFeed,
  type FeedTable,
  postgresSeenConflictsStep,
  postgresSyncSteps,
  postgresTableSteps,
} from '@emotibot/sync'

/**
 * Ids and keys are compared by their bytes (collate "C"), as SQLite does, so that both sides order alike. No foreign
 * keys: the mover may bring a session before its user.
 */
const tables: MigrationStep = {
  name: '001-accounts',
  sql: `
    create table users (
      id text collate "C" primary key,
      username text,
      username_key text not null collate "C",
      email text,
      email_key text not null collate "C",
      password_hash text,
      legacy_verifier text,
      is_active boolean not null,
      created_at text,
      updated_at text,
      revision bigint not null,
      legacy jsonb not null default '{}'
    );
    create index users_by_username_key on users (username_key);
    create index users_by_email_key on users (email_key);

    create table sessions (
      id text collate "C" primary key,
      user_id text not null collate "C",
      created_at_ms bigint not null,
      expires_at_ms bigint not null,
      revoked_at_ms bigint
    );
    create index sessions_by_user on sessions (user_id);
    create index sessions_by_expiry on sessions (expires_at_ms);

    create table idempotency_keys (
      user_id text not null collate "C",
      key text not null collate "C",
      write_group text not null,
      partition text not null,
      route text not null,
      body_hash text not null,
      status integer not null,
      answer text not null,
      created_at_ms bigint not null,
      primary key (user_id, key)
    );
    create index idempotency_keys_by_age on idempotency_keys (created_at_ms);

    create table signing_keys (
      kid text primary key,
      public_x text not null,
      sealed_private text not null,
      created_at_ms bigint not null
    );
  `,
}

const inAuth = { group: 'auth', keyColumns: ['id'], leavesTombstone: true } as const

/** What enters the feed. `migrations/auth` declares the same, and the mover stops where the two differ. */
const feedTables: readonly FeedTable[] = [
  { ...inAuth, claimGroup: 'auth.claim', table: 'users', entity: 'user' },
  { ...inAuth, table: 'sessions', entity: 'session' },
]

/** Kept answers, by the name both sides have for them. What they are of was written before any flip, so nobody feeds it. */
const answers: MigrationStep = {
  name: '002-answers',
  sql: `
    create table auth_idempotency_keys (
      user_id text not null collate "C",
      key text not null collate "C",
      write_group text not null,
      partition text not null,
      route text not null,
      body_hash text not null,
      status integer not null,
      answer text not null,
      created_at_ms bigint not null,
      primary key (user_id, key)
    );
    insert into auth_idempotency_keys
      (user_id, key, write_group, partition, route, body_hash, status, answer, created_at_ms)
    select user_id, key, write_group, partition, route, body_hash, status, answer, created_at_ms
    from idempotency_keys;
    drop table idempotency_keys;
    create index auth_idempotency_keys_by_age on auth_idempotency_keys (created_at_ms);
    create index auth_idempotency_keys_by_partition on auth_idempotency_keys (partition);
  `,
}

const answerTable: FeedTable = answersFeed({
  table: 'auth_idempotency_keys',
  group: 'auth',
  claimGroup: 'auth.claim',
})

export const schemaSteps: readonly MigrationStep[] = [
  tables,
  ...postgresSyncSteps(feedTables),
  answers,
  ...postgresTableSteps([answerTable]),
  postgresSeenConflictsStep,
]
