// A table's trigger function and triggers, as text made from its declaration. What a statement changed
//
//   is refused when nobody marked the transaction → is refused for keys deleted for good → enters the feed
//
// all rows at once, for a step of the mover writes hundreds by one statement. `enable always`: also where a session says
// it only replays (session_replication_role). TRUNCATE shows no rows, so it is refused altogether.
import type { FeedTable } from '../entity.ts'
import { TOMBSTONED, TOMBSTONED_STATE, UNMARKED, UNMARKED_STATE } from '../refusals.ts'

/** The setting, local to a transaction, that holds its mark. */
export const MARK_SETTING = 'emotibot.mark'

export const functionName = (table: FeedTable): string => `feed_${table.table}`

/** What a trigger hears, and under which names its function sees the rows before and after. */
const TRIGGERS = {
  insert: { when: 'after insert', rows: 'referencing new table as fresh' },
  update: { when: 'after update', rows: 'referencing old table as gone new table as fresh' },
  delete: { when: 'after delete', rows: 'referencing old table as gone' },
  truncate: { when: 'before truncate', rows: '' },
} as const

export const triggerNames = (table: FeedTable): string[] =>
  Object.keys(TRIGGERS).map((event) => `${functionName(table)}_${event}`)

export function triggersOf(table: FeedTable): string {
  const name = functionName(table)
  const made = Object.entries(TRIGGERS).map(
    ([event, { when, rows }]) => `
create trigger ${name}_${event} ${when} on "${table.table}" ${rows} for each statement execute function ${name}();`,
  )
  const always = triggerNames(table).map((trigger) => `enable always trigger ${trigger}`)
  return `
create function ${name}() returns trigger language plpgsql as $body$${functionBody(table)}$body$;${made.join('')}
alter table "${table.table}" ${always.join(', ')};`
}

/** The entity's key of a row, in SQL. */
export function keyOf(table: Pick<FeedTable, 'keyColumns'>, row: string): string {
  return table.keyColumns.map((column) => `${row}."${column}"::text`).join(' || chr(31) || ')
}

export function functionBody(table: FeedTable): string {
  const fresh = `select ${keyOf(table, 'fresh')} as key from fresh`
  const gone = `select ${keyOf(table, 'gone')} as key from gone`
  return `
declare
  mark jsonb := nullif(current_setting('${MARK_SETTING}', true), '')::jsonb;
begin
  if tg_op = 'INSERT' then
    if not exists (select from fresh) then return null; end if;
  elsif tg_op <> 'TRUNCATE' then
    if not exists (select from gone) then return null; end if;
  end if;
  if tg_op = 'TRUNCATE' or mark is null or mark ->> 'group' not in (${groupsIn(table)}) then
    raise exception '${UNMARKED}: % of ${table.table} outside an open write of its group', lower(tg_op)
      using errcode = '${UNMARKED_STATE}';
  end if;
  if tg_op = 'INSERT' then${refuseTombstoned(table, fresh)}
    ${append(table, fresh)}
  elsif tg_op = 'DELETE' then
    ${append(table, gone)}${bury(table, gone)}
  else
    ${append(table, gone)}
    if exists (${fresh} except ${gone}) then${refuseTombstoned(table, `${fresh} except ${gone}`)}
      ${append(table, `${fresh} except ${gone}`)}${bury(table, `${gone} except ${fresh}`)}
    end if;
  end if;
  return null;
end`
}

function groupsIn({ group, claimGroup }: FeedTable): string {
  return [group, claimGroup].flatMap((name) => (name ? [`'${name}'`] : [])).join(', ')
}

function append({ entity }: FeedTable, keys: string): string {
  return `insert into feed (epoch, origin, write_group, cause, entity, key, partition)
      select (mark ->> 'epoch')::bigint, mark ->> 'origin', mark ->> 'group', 'write', '${entity}', key, mark ->> 'partition'
      from (${keys}) keys;`
}

function refuseTombstoned({ entity, leavesTombstone }: FeedTable, keys: string): string {
  if (!leavesTombstone) return ''
  return `
    if exists (select from tombstones t join (${keys}) keys on t.entity = '${entity}' and t.key = keys.key) then
      raise exception '${TOMBSTONED}: this ${entity} was deleted for good' using errcode = '${TOMBSTONED_STATE}';
    end if;`
}

function bury({ entity, leavesTombstone }: FeedTable, keys: string): string {
  if (!leavesTombstone) return ''
  return `
    insert into tombstones (entity, key, epoch) select '${entity}', key, (mark ->> 'epoch')::bigint from (${keys}) keys
      on conflict do nothing;`
}
