// A table's triggers, as text made from its declaration. Each one
//
//   refuses a write that nobody marked → refuses a key that was deleted for good → appends to the feed
//
// A conflict clause of the writing statement (`insert or ignore …`) reaches into triggers, but not to `raise`; what
// they insert therefore cannot conflict.
import type { FeedTable } from '../entity.ts'
import { TOMBSTONED, UNMARKED } from '../refusals.ts'

const NOW_MS = `cast(unixepoch('subsec') * 1000 as integer)`

export function triggersOf(table: FeedTable): string[] {
  return [onInsert(table), onUpdate(table), onDelete(table)]
}

export const triggerName = (table: FeedTable, event: string): string => `feed_${table.table}_${event}`

/** The entity's key of a row, in SQL. */
export function keyOf(table: FeedTable, row: 'new' | 'old' | 'root'): string {
  return table.keyColumns.map((column) => `cast(${row}."${column}" as text)`).join(' || char(31) || ')
}

function onInsert(table: FeedTable): string {
  return trigger(table, 'insert', [refuseUnmarked(table), ...refuseTombstoned(table), append(table, 'new')])
}

function onUpdate(table: FeedTable): string {
  const isMoved = `${keyOf(table, 'new')} <> ${keyOf(table, 'old')}`
  return trigger(table, 'update', [
    refuseUnmarked(table),
    ...refuseTombstoned(table, isMoved),
    append(table, 'old'),
    append(table, 'new', isMoved),
    ...bury(table, isMoved),
  ])
}

function onDelete(table: FeedTable): string {
  return trigger(table, 'delete', [refuseUnmarked(table), append(table, 'old'), ...bury(table)])
}

/** Spelled as SQLite keeps it, so that the kept text can be compared (`drift.ts`). */
function trigger(table: FeedTable, event: string, body: readonly string[]): string {
  const head = `CREATE TRIGGER ${triggerName(table, event)} after ${event} on "${table.table}" begin`
  return [head, ...body.map((statement) => `  ${statement};`), 'end;'].join('\n')
}

function refuseUnmarked({ table, group, claimGroup }: FeedTable): string {
  const groups = [group, claimGroup].flatMap((name) => (name ? [`'${name}'`] : [])).join(', ')
  const hint = `${UNMARKED}: write to ${table} outside an open write of its group`
  return `select raise(abort, '${hint}') where not exists (select 1 from write_mark where write_group in (${groups}))`
}

function refuseTombstoned(table: FeedTable, only = 'true'): string[] {
  if (!table.leavesTombstone) return []
  const known = `select 1 from tombstones where entity = '${table.entity}' and key = ${keyOf(table, 'new')}`
  const hint = `${TOMBSTONED}: this ${table.entity} was deleted for good`
  return [`select raise(abort, '${hint}') where ${only} and exists (${known})`]
}

function append(table: FeedTable, row: 'new' | 'old', only = 'true'): string {
  return (
    'insert into feed (epoch, origin, write_group, cause, entity, key, partition, at_ms) ' +
    `select epoch, origin, write_group, 'write', '${table.entity}', ${keyOf(table, row)}, partition, ${NOW_MS} ` +
    `from write_mark where ${only}`
  )
}

function bury(table: FeedTable, only = 'true'): string[] {
  if (!table.leavesTombstone) return []
  const key = keyOf(table, 'old')
  return [
    `insert into tombstones (entity, key, epoch, at_ms) select '${table.entity}', ${key}, epoch, ${NOW_MS} ` +
      `from write_mark where ${only} and not exists ` +
      `(select 1 from tombstones where entity = '${table.entity}' and key = ${key})`,
  ]
}
