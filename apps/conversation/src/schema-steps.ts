import type { MigrationStep } from '@emotibot/db'
import { relayStep } from '@emotibot/messaging'
import { answersTableSql } from '@emotibot/service-store'
import { answersFeed, type FeedTable, postgresSeenConflictsStep, postgresSyncSteps } from '@emotibot/sync'

const ANSWERS = 'conversation_idempotency_keys'

/**
 * Ids and times are compared by their bytes (collate "C"), as SQLite does, so that both sides order alike. No foreign
 * keys: the mover may bring a turn before its conversation.
 */
const tables: MigrationStep = {
  name: '001-conversations',
  sql: `
    create table conversations (
      id text collate "C" primary key,
      user_id text not null collate "C",
      owner_key text not null collate "C",
      title text not null,
      created_at text not null collate "C",
      updated_at text not null collate "C",
      revision bigint not null
    );
    create index conversations_by_update on conversations (user_id, updated_at, id);
    create index conversations_by_creation on conversations (user_id, created_at, id);

    create table messages (
      turn_id text not null collate "C",
      role text not null collate "C" check (role in ('user', 'bot')),
      conversation_id text collate "C",
      user_id text collate "C",
      owner_key text not null collate "C",
      seq bigint,
      text text,
      detected_emotion text,
      confidence double precision,
      polarity double precision,
      subjectivity double precision,
      said_at text collate "C",
      time_key text collate "C",
      reply_status text,
      emotion_status text,
      updated_at text collate "C",
      revision bigint,
      words tsvector,
      legacy jsonb not null default '{}',
      primary key (turn_id, role)
    );
    create index messages_by_place on messages (conversation_id, seq) where role = 'user';
    create index messages_by_time on messages (user_id, time_key, turn_id) where role = 'user';
    create index messages_pending on messages (turn_id)
      where role = 'user' and (reply_status = 'pending' or emotion_status = 'pending');
    -- A small list of what is not in the index yet: else one insert in many would carry over megabytes.
    create index messages_by_words on messages using gin (words) with (gin_pending_list_limit = 256);
    ${answersTableSql(ANSWERS)}
  `,
}

const inConversation = { group: 'conversation', leavesTombstone: true } as const

/**
 * What enters the feed. `migrations/conversation` declares the same, and the mover stops where the two differ. A turn's
 * messages go together, so the end of either is the end of the turn.
 */
const feedTables: readonly FeedTable[] = [
  { ...inConversation, table: 'conversations', entity: 'conversation', keyColumns: ['id'] },
  { ...inConversation, table: 'messages', entity: 'turn', keyColumns: ['turn_id'] },
  answersFeed({ table: ANSWERS, group: 'conversation' }),
]

/** What the mover tells of users who are gone, and how far it has come in telling. */
const departures: MigrationStep = {
  name: '002-departures',
  sql: `
    create table departed_users (user_id text collate "C" primary key, partition text not null);
    create table departures_place (one integer primary key default 1 check (one = 1), place jsonb not null);
  `,
}

/** Not logged: after a crash of the database nobody is at anything. */
const leases: MigrationStep = {
  name: '003-leases',
  sql: `
    create unlogged table turn_leases (
      turn_id text collate "C" primary key,
      attempts integer not null,
      until timestamptz not null
    );
    create index turn_leases_by_end on turn_leases (until);
  `,
}

export const schemaSteps: readonly MigrationStep[] = [
  tables,
  ...postgresSyncSteps(feedTables),
  departures,
  leases,
  relayStep,
  postgresSeenConflictsStep,
]
