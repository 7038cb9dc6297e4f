import type { Sql, TransactionSql } from '@emotibot/db'
import type { Failure } from './take-batch.ts'

/** Counts a try of each; durable, so that a process that is started over and over does not begin anew each time. */
export async function recordFailures(sql: Sql, source: string, failures: readonly Failure[]): Promise<void> {
  for (const { event, reason } of failures)
    await sql`
      insert into inbox_failures (source, event_id, attempts, reason) values (${source}, ${event.id}, 1, ${reason})
      on conflict (source, event_id) do update
        set attempts = inbox_failures.attempts + 1, reason = excluded.reason, at = clock_timestamp()`
}

export async function attemptsSoFar(
  tx: TransactionSql,
  source: string,
  ids: readonly string[],
): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map()
  const rows = await tx<{ event_id: string; attempts: number }[]>`
    select event_id, attempts from inbox_failures where source = ${source} and event_id = any(${[...ids]})`
  return new Map(rows.map(({ event_id, attempts }) => [event_id, attempts]))
}

export async function forgetFailures(
  tx: TransactionSql,
  source: string,
  ids: readonly string[],
): Promise<void> {
  await tx`delete from inbox_failures where source = ${source} and event_id = any(${[...ids]})`
}
