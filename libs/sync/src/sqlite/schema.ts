import { type FeedTable, groupsOf } from '../entity.ts'
import { OWNS_ALL } from '../rule.ts'
import { triggersOf } from './triggers.ts'

/** Runs as it is, once. */
export type SchemaStep = { readonly name: string; readonly sql: string }

const TABLES = `
create table store (one integer primary key check (one = 1), id text not null, side text not null) strict;
insert into store values (1, lower(hex(randomblob(5))), 'monolith');
create table feed (
  seq integer primary key autoincrement,
  epoch integer not null,
  origin text not null,
  write_group text not null,
  cause text not null,
  entity text not null,
  key text not null,
  partition text,
  at_ms integer not null
) strict;
create table authority (
  write_group text primary key,
  epoch integer not null,
  low integer not null,
  high integer not null,
  allow text not null default '[]',
  deny text not null default '[]'
) strict;
create table write_mark (
  one integer primary key check (one = 1),
  write_group text not null,
  epoch integer not null,
  origin text not null,
  partition text
) strict;
create table tombstones (
  entity text not null,
  key text not null,
  epoch integer not null,
  at_ms integer not null,
  primary key (entity, key)
) strict, without rowid;
create table places (source text primary key, store text not null, place text not null) strict;
create table set_aside (
  source text not null,
  entity text not null,
  key text not null,
  kind text not null,
  epoch integer not null,
  partition text,
  reason text not null,
  attempts integer not null,
  ticket integer not null,
  since text not null,
  primary key (source, entity, key)
) strict, without rowid;
create table conflicts (
  id integer primary key autoincrement,
  source text not null,
  entity text not null,
  key text not null,
  winner text not null,
  epoch_here integer not null,
  epoch_source integer not null,
  loser text,
  at text not null
) strict;
create table backfills (
  entity text primary key,
  cursor text,
  done integer not null,
  is_finished integer not null
) strict;`

/**
 * An authority row remembers the rule it gave up, and the flip it last changed for: so a gap names its source. Exported
 * for files that had the first three steps already.
 */
export const sqliteCrossingStep: SchemaStep = {
  name: 'sync-004-crossings',
  sql: `
alter table authority add column rule_before text;
alter table authority add column flip text;`,
}

/** A person has looked at a conflict. Exported likewise. */
export const sqliteSeenConflictsStep: SchemaStep = {
  name: 'sync-005-seen-conflicts',
  sql: 'alter table conflicts add column seen_at text;',
}

/**
 * Everything the monolith's file needs to keep a feed of `tables`: to be run once each, in order, inside the store's
 * own upgrade. The monolith owns everything to begin with.
 */
export function sqliteSyncSteps(tables: readonly FeedTable[]): SchemaStep[] {
  return [
    { name: 'sync-001-tables', sql: TABLES },
    { name: 'sync-002-authority', sql: authorityRows(tables) },
    { name: 'sync-003-triggers', sql: tables.flatMap(triggersOf).join('\n') },
    sqliteCrossingStep,
    sqliteSeenConflictsStep,
  ]
}

/**
 * What another table needs to enter a feed that is kept already: its triggers. After the step that makes the table;
 * its groups must be among those that have authority rows.
 */
export function sqliteTableSteps(tables: readonly FeedTable[]): SchemaStep[] {
  return tables.map((table) => ({ name: `sync-feed-${table.table}`, sql: triggersOf(table).join('\n') }))
}

function authorityRows(tables: readonly FeedTable[]): string {
  const { low, high } = OWNS_ALL
  return groupsOf(tables)
    .map(
      (group) =>
        `insert into authority (write_group, epoch, low, high) values ('${group}', 1, ${low}, ${high});`,
    )
    .join('\n')
}
