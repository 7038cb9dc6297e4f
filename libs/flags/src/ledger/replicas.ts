import type { ReplicaStatus } from '@emotibot/contracts'
import type { Sql } from '@emotibot/db'
import { isoTime } from './ledger-state.ts'

/** A replica that was not seen for this long is not waited for. A live one is seen every second or two. */
export const REPLICA_LIVE_MS = 8_000

/** Says that a replica routes by this version, and is alive. Times are the database's own: clocks differ. */
export async function acknowledge(sql: Sql, replica: string, version: number): Promise<void> {
  await sql`
    insert into replicas (id, version) values (${replica}, ${version})
    on conflict (id) do update set version = excluded.version, seen_at = now()`
}

/** A replica that stops in order is not waited for at all. */
export async function sayGoodbye(sql: Sql, replica: string): Promise<void> {
  await sql`delete from replicas where id = ${replica}`
}

export async function readReplicas(sql: Sql): Promise<ReplicaStatus[]> {
  const rows = await sql<ReplicaStatus[]>`
    select id, version, ${isoTime(sql, 'seen_at')} as seen_at,
      seen_at > now() - ${REPLICA_LIVE_MS} * interval '1 millisecond' as is_live
    from replicas order by id`
  return [...rows]
}

/** Replicas that ended without a word are forgotten in time. */
export async function forgetLostReplicas(sql: Sql): Promise<void> {
  await sql`delete from replicas where seen_at < now() - interval '10 minutes'`
}
