import type { Sql, TransactionSql } from '@emotibot/db'
import { readSnapshotOrThrow, type Snapshot } from '../snapshot.ts'

/** Told the new version on every change, at commit. */
export const LEDGER_CHANNEL = 'emotibot_ledger'

/** Any number, the same in every process: whoever changes the ledger holds it. */
const LEDGER_LOCK = 7_263_548_002

/** How the ledger writes a time: UTC, ISO 8601, milliseconds, Z. */
export const isoTime = (sql: Sql | TransactionSql, column: string) =>
  sql`to_char(${sql(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/** Everything facades route by, in one statement, so that version and routes belong together. */
export async function readSnapshot(sql: Sql | TransactionSql): Promise<Snapshot> {
  const [row] = await sql`
    select version, is_frozen as "isFrozen", (
      select coalesce(jsonb_object_agg(key, jsonb_build_object(
        'stage', stage, 'share', share, 'epoch', epoch, 'flip', flip,
        'changedBy', changed_by, 'changedAt', ${isoTime(sql, 'changed_at')}, 'kept', to_jsonb(kept)
      )), '{}') from routes
    ) as routes, (
      select coalesce(jsonb_agg(jsonb_build_object(
        'flip', flip, 'routes', to_jsonb(routes), 'low', low, 'high', high, 'budgetMs', budget_ms
      ) order by flip, place), '[]') from holds
    ) as holds
    from ledger_state`
  return readSnapshotOrThrow(row)
}

/** The cheap question between two notifications. */
export async function readVersion(sql: Sql): Promise<number> {
  const [row] = await sql<{ version: number }[]>`select version from ledger_state`
  return row?.version ?? 0
}

/** Runs a change alone: others wait for it, and see the ledger as it left it. */
export async function changeLedger<T>(sql: Sql, change: (tx: TransactionSql) => Promise<T>): Promise<T> {
  const outcome = await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${LEDGER_LOCK})`
    return { value: await change(tx) }
  })
  return outcome.value
}

/** Takes the next version and tells everybody once it is committed. */
export async function nextVersion(tx: TransactionSql): Promise<number> {
  const [row] = await tx<{ version: number }[]>`
    update ledger_state set version = version + 1 returning version`
  if (!row) throw new Error('The ledger has no state row: its migrations did not run to the end.')
  await tx`select pg_notify(${LEDGER_CHANNEL}, ${String(row.version)})`
  return row.version
}
