// The writing half of a Postgres store:
//
//   BEGIN → limits, and then the group's lock, shared, in a statement of its own → authority and mark → rule │ the write │ COMMIT
//
// A statement sees what was committed before it began, and waits for a lock after that: were the lock taken by the
// statement that reads authority, the reading could be older than the lock, and a writer could pass a fence.
import type { Position, WriteGroup } from '@emotibot/contracts'
import { noAuthorityError, StaleEpochError, wrongIsolationError } from '../errors.ts'
import { owns } from '../rule.ts'
import { type AuthorityColumns, lockName, toAuthorityRow } from './authority-rows.ts'
import type { SqlTag } from './sql-tag.ts'

export type PostgresWriteScope = {
  readonly group: WriteGroup
  /** The folded username. */
  readonly partition: string
  /** `alone`: nobody else writes in this group meanwhile. */
  readonly lock?: 'shared' | 'alone'
}

type Opened = AuthorityColumns & { store: string; xid: string; isolation: string }

/**
 * Opens a write for the rest of the transaction: throws StaleEpochError when this store does not own the partition
 * now, else lets the triggers pass for the tables of the group. Answers the position that the write will have; both
 * statements go out together, so it costs one round trip. From here on no lock is waited for longer than 2 s, and no
 * statement or pause takes longer than 3 s: a long transaction stalls every feed of the cluster.
 */
export async function openPostgresWrite(
  sql: SqlTag,
  scope: PostgresWriteScope,
): Promise<{ epoch: number; position: Position }> {
  const [, rows] = await Promise.all([enterGroup(sql, scope), readAndMark(sql, scope)])
  const opened = rows[0] as Opened | undefined
  if (!opened) throw noAuthorityError(scope.group)
  if (opened.isolation !== 'read committed') throw wrongIsolationError(opened.isolation)
  const row = toAuthorityRow(opened)
  if (!owns(row.rule, scope.partition)) {
    // Whoever catches this and goes on in the same transaction must not write under the mark.
    await sql`select set_config('emotibot.mark', '', true)`
    throw new StaleEpochError(row, scope.partition)
  }
  return { epoch: row.epoch, position: { [opened.store]: Number(opened.xid) } }
}

/**
 * The position a write answers, asked just before its COMMIT: none when nothing of it entered the feed, so that nobody
 * waits for it. One round trip; whoever knows that a table of the feed was written can do without.
 */
export async function closePostgresWrite(sql: SqlTag, opened: Position): Promise<Position> {
  const [row] = await sql`select exists (select from feed where xid = pg_current_xact_id()) as "isFed"`
  return row?.['isFed'] === true ? opened : {}
}

function enterGroup(sql: SqlTag, { group, lock = 'shared' }: PostgresWriteScope): PromiseLike<unknown> {
  const name = lockName(group)
  return lock === 'alone'
    ? sql`
      select set_config('lock_timeout', '2s', true), set_config('statement_timeout', '3s', true),
        set_config('idle_in_transaction_session_timeout', '3s', true),
        pg_advisory_xact_lock(hashtextextended(${name}, 0))`
    : sql`
      select set_config('lock_timeout', '2s', true), set_config('statement_timeout', '3s', true),
        set_config('idle_in_transaction_session_timeout', '3s', true),
        pg_advisory_xact_lock_shared(hashtextextended(${name}, 0))`
}

function readAndMark(sql: SqlTag, { group, partition }: PostgresWriteScope): PromiseLike<readonly unknown[]> {
  return sql`
    select write_group, epoch::text as epoch, low, high, to_json(allow) as allow, to_json(deny) as deny, store.id as store,
      pg_current_xact_id()::text as xid, current_setting('transaction_isolation') as isolation,
      set_config('emotibot.mark', json_build_object(
        'group', write_group, 'epoch', epoch, 'origin', store.side, 'partition', ${partition}::text)::text, true)
    from authority, store where write_group = ${group}`
}
