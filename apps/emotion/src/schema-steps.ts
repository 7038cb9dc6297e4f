import type { MigrationStep } from '@emotibot/db'
import { inboxStep } from '@emotibot/messaging'
import { answersTableSql } from '@emotibot/service-store'
import { answersFeed, type FeedTable, postgresSeenConflictsStep, postgresSyncSteps } from '@emotibot/sync'

/** Ids and keys are compared by their bytes (collate "C"), as SQLite does, so that both sides order alike. */
const tables: MigrationStep = {
  name: '001-emotion',
  sql: `
    create table feedback (
      turn_id text collate "C" primary key,
      user_id text not null collate "C",
      owner_key text not null collate "C",
      emotion text not null,
      created_at text not null,
      revision bigint not null
    );
    create index feedback_by_user on feedback (user_id);
    ${answersTableSql('emotion_idempotency_keys')}

    create table departed_users (user_id text collate "C" primary key, partition text not null);
    create table departures_place (one integer primary key default 1 check (one = 1), place jsonb not null);

    create table readings (
      turn_id text collate "C" primary key,
      user_id text not null collate "C",
      owner_key text not null collate "C",
      time_key text not null collate "C",
      emotion text,
      polarity double precision,
      is_threaded boolean not null,
      revision bigint not null
    );
    create index readings_by_time on readings (user_id, time_key, turn_id);
    create table gone_readings (turn_id text collate "C" primary key);
  `,
}

/** What enters the feed. `migrations/emotion` declares the same, and the mover stops where the two differ. */
const feedTables: readonly FeedTable[] = [
  {
    table: 'feedback',
    entity: 'feedback',
    keyColumns: ['turn_id'],
    group: 'emotion',
    leavesTombstone: true,
  },
  answersFeed({ table: 'emotion_idempotency_keys', group: 'emotion' }),
]

export const schemaSteps: readonly MigrationStep[] = [
  tables,
  ...postgresSyncSteps(feedTables),
  postgresSeenConflictsStep,
  inboxStep,
]
