import type { Sql, TransactionSql } from '@emotibot/db'
import type { Conflict, FoundConflict } from '../store.ts'

type Columns = {
  id: string
  source: string
  entity: string
  key: string
  winner: 'here' | 'source'
  epoch_here: string
  epoch_source: string
  loser: string | null
  at: Date
}

export async function keepConflict(tx: TransactionSql, conflict: FoundConflict): Promise<void> {
  const { source, entity, key, winner, epochHere, epochSource, loser } = conflict
  await tx`
    insert into conflicts (source, entity, key, winner, epoch_here, epoch_source, loser)
    values (${source}, ${entity}, ${key}, ${winner}, ${epochHere}, ${epochSource}, ${loser})`
}

export async function listConflicts(sql: Sql, limit: number): Promise<Conflict[]> {
  const rows = await sql<Columns[]>`
    select id, source, entity, key, winner, epoch_here, epoch_source, loser, at
    from conflicts where seen_at is null order by id limit ${limit}`
  return rows.map(({ id, epoch_here, epoch_source, at, ...rest }) => ({
    ...rest,
    id: Number(id),
    epochHere: Number(epoch_here),
    epochSource: Number(epoch_source),
    at: at.toISOString(),
  }))
}

/** By their ids, not up to one: ids are given before the commit, so a lower one may yet appear. */
export async function dismissConflicts(sql: Sql, ids: readonly number[]): Promise<number> {
  const dismissed = await sql`
    update conflicts set seen_at = clock_timestamp()
    where seen_at is null and id = any(${ids.map(String)}::text[]::bigint[])`
  return dismissed.count
}
