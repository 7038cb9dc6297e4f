import type { MigrationStep } from '@emotibot/db'

/** What a service that tells events needs: how far each consumer has been told, and where it asked to go on from. */
export const relayStep: MigrationStep = {
  name: 'messaging-relay-001',
  sql: `
    create table relay_places (
      consumer text primary key,
      place text not null default '',
      go_back_to text
    );
  `,
}

/**
 * What a service that takes events in needs. `projection_places` is where it stands in each source; `places` is how far
 * the source said it was in its own feed and in those it follows. A dead letter is text: jsonb refuses U+0000.
 */
export const inboxStep: MigrationStep = {
  name: 'messaging-inbox-001',
  sql: `
    create table projection_places (
      source text primary key,
      place text not null,
      places jsonb not null,
      at timestamptz not null default clock_timestamp()
    );
    create table inbox (
      source text not null,
      event_id text not null collate "C",
      taken_at timestamptz not null default clock_timestamp(),
      primary key (source, event_id)
    );
    create index inbox_by_age on inbox (taken_at);
    create table inbox_failures (
      source text not null,
      event_id text not null collate "C",
      attempts integer not null,
      reason text not null,
      at timestamptz not null default clock_timestamp(),
      primary key (source, event_id)
    );
    create table dead_letters (
      id bigint generated always as identity primary key,
      source text not null,
      event_id text not null collate "C",
      name text not null,
      event text not null,
      reason text not null,
      attempts integer not null,
      since timestamptz not null default clock_timestamp(),
      unique (source, event_id)
    );
  `,
}
