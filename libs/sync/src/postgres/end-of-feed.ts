import type { Position } from '@emotibot/contracts'
import type { SqlTag } from './sql-tag.ts'

/** Holds every transaction that has ended: the newest id that anybody has been given, whether it has ended or not. */
export async function readPostgresEnd(sql: SqlTag): Promise<Position> {
  const [end] = await sql`
    select id as store, (pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1)::text as xid from store`
  return end ? { [String(end['store'])]: Number(end['xid']) } : {}
}
