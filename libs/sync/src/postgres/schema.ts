import type { MigrationStep } from '@emotibot/db'
import { type FeedTable, groupsOf } from '../entity.ts'
import { OWNS_NONE } from '../rule.ts'
import { triggersOf } from './triggers.ts'

const TABLES = `
create table store (one integer primary key check (one = 1), id text not null, side text not null);
insert into store values (1, substr(md5(gen_random_uuid()::text), 1, 10), 'service');
create table feed (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  epoch bigint not null,
  origin text not null,
  write_group text not null,
  cause text not null,
  entity text not null,
  key text not null,
  partition text,
  at timestamptz not null default clock_timestamp()
);
create index feed_order on feed (xid, seq);
create table authority (
  write_group text primary key,
  epoch bigint not null,
  low integer not null,
  high integer not null,
  allow text[] not null default '{}',
  deny text[] not null default '{}'
);
create table tombstones (
  entity text not null,
  key text not null,
  epoch bigint not null,
  at timestamptz not null default clock_timestamp(),
  primary key (entity, key)
);
create table places (source text primary key, store text not null, place jsonb not null);
create table set_aside (
  source text not null,
  entity text not null,
  key text not null,
  kind text not null,
  epoch bigint not null,
  partition text,
  reason text not null,
  attempts integer not null,
  ticket bigint not null,
  since timestamptz not null default clock_timestamp(),
  primary key (source, entity, key)
);
create table conflicts (
  id bigint generated always as identity primary key,
  source text not null,
  entity text not null,
  key text not null,
  winner text not null,
  epoch_here bigint not null,
  epoch_source bigint not null,
  loser text,
  at timestamptz not null default clock_timestamp()
);
create table backfills (
  entity text primary key,
  cursor text,
  done bigint not null,
  is_finished boolean not null
);`

/** An authority row remembers the rule it gave up, and the flip it last changed for: so a gap names its source. */
const crossingStep: MigrationStep = {
  name: 'sync-004-crossings',
  sql: 'alter table authority add column rule_before jsonb, add column flip text;',
}

/**
 * A person has looked at a conflict. A step of its own, to be put last: databases are there that went past the first
 * four, and no new step goes in front of an applied one.
 */
export const postgresSeenConflictsStep: MigrationStep = {
  name: 'sync-005-seen-conflicts',
  sql: 'alter table conflicts add column seen_at timestamptz;',
}

/**
 * Everything a service's database needs to keep a feed of `tables`. After the steps that make those tables, and before
 * `postgresSeenConflictsStep`. A service owns nothing to begin with.
 */
export function postgresSyncSteps(tables: readonly FeedTable[]): MigrationStep[] {
  return [
    { name: 'sync-001-tables', sql: TABLES },
    { name: 'sync-002-authority', sql: authorityRows(tables) },
    { name: 'sync-003-triggers', sql: tables.map(triggersOf).join('\n') },
    crossingStep,
  ]
}

/**
 * What another table needs to enter a feed that is kept already: its triggers. After the step that makes the table;
 * its groups must be among those that have authority rows.
 */
export function postgresTableSteps(tables: readonly FeedTable[]): MigrationStep[] {
  return tables.map((table) => ({ name: `sync-feed-${table.table}`, sql: triggersOf(table) }))
}

function authorityRows(tables: readonly FeedTable[]): string {
  const { low, high } = OWNS_NONE
  return groupsOf(tables)
    .map(
      (group) =>
        `insert into authority (write_group, epoch, low, high) values ('${group}', 1, ${low}, ${high});`,
    )
    .join('\n')
}
