// A table's trigger function and triggers, as text made from its declaration. Each row's change
//
//   is refused when nobody marked the transaction → is refused for a key deleted for good → enters the feed
//
// `enable always`: also where a session says it only replays (session_replication_role). TRUNCATE fires no row
// trigger, so it is refused altogether.
import type { FeedTable } from '../entity.ts'
import { TOMBSTONED, TOMBSTONED_STATE, UNMARKED, UNMARKED_STATE } from '../refusals.ts'

/** The setting, local to a transaction, that holds its mark. */
export const MARK_SETTING = 'emotibot.mark'

export const functionName = (table: FeedTable): string => `feed_${table.table}`

export function triggersOf(table: FeedTable): string {
  const name = functionName(table)
  return `
create function ${name}() returns trigger language plpgsql as $body$${functionBody(table)}$body$;
create trigger ${name}_row after insert or update or delete on "${table.table}" for each row execute function ${name}();
create trigger ${name}_truncate before truncate on "${table.table}" for each statement execute function ${name}();
alter table "${table.table}" enable always trigger ${name}_row, enable always trigger ${name}_truncate;`
}

/** The entity's key of a row, in SQL. */
export function keyOf(table: FeedTable, row: 'new' | 'old' | 'root'): string {
  return table.keyColumns.map((column) => `${row}."${column}"::text`).join(' || chr(31) || ')
}

export function functionBody(table: FeedTable): string {
  const [before, after] = [keyOf(table, 'old'), keyOf(table, 'new')]
  return `
declare
  mark jsonb := nullif(current_setting('${MARK_SETTING}', true), '')::jsonb;
begin
  if tg_op = 'TRUNCATE' or mark is null or mark ->> 'group' not in (${groupsIn(table)}) then
    raise exception '${UNMARKED}: % of ${table.table} outside an open write of its group', lower(tg_op)
      using errcode = '${UNMARKED_STATE}';
  end if;
  if tg_op = 'INSERT' or (tg_op = 'UPDATE' and ${after} <> ${before}) then${refuseTombstoned(table, after)}
    ${append(table, after)}
  end if;
  if tg_op <> 'INSERT' then
    ${append(table, before)}
  end if;
  if tg_op = 'DELETE' or (tg_op = 'UPDATE' and ${after} <> ${before}) then${bury(table, before)}
  end if;
  return null;
end`
}

function groupsIn({ group, claimGroup }: FeedTable): string {
  return [group, claimGroup].flatMap((name) => (name ? [`'${name}'`] : [])).join(', ')
}

function append({ entity }: FeedTable, key: string): string {
  return `insert into feed (epoch, origin, write_group, cause, entity, key, partition) values (
      (mark ->> 'epoch')::bigint, mark ->> 'origin', mark ->> 'group', 'write', '${entity}', ${key}, mark ->> 'partition');`
}

function refuseTombstoned({ entity, leavesTombstone }: FeedTable, key: string): string {
  if (!leavesTombstone) return ''
  return `
    if exists (select from tombstones t where t.entity = '${entity}' and t.key = ${key}) then
      raise exception '${TOMBSTONED}: this ${entity} was deleted for good' using errcode = '${TOMBSTONED_STATE}';
    end if;`
}

function bury({ entity, leavesTombstone }: FeedTable, key: string): string {
  if (!leavesTombstone) return '\n    null;'
  return `
    insert into tombstones (entity, key, epoch) values ('${entity}', ${key}, (mark ->> 'epoch')::bigint)
      on conflict do nothing;`
}
