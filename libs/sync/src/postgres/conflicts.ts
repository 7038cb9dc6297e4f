import type { Sql, TransactionSql } from '@emotibot/db'
import type { Conflict } from '../store.ts'

type Columns = {
  source: string
  entity: string
  key: string
  winner: 'here' | 'source'
  epoch_here: string
  epoch_source: string
  loser: string | null
}

export async function keepConflict(tx: TransactionSql, conflict: Conflict): Promise<void> {
  const { source, entity, key, winner, epochHere, epochSource, loser } = conflict
  await tx`
    insert into conflicts (source, entity, key, winner, epoch_here, epoch_source, loser)
    values (${source}, ${entity}, ${key}, ${winner}, ${epochHere}, ${epochSource}, ${loser})`
}

/** The latest first. */
export async function listConflicts(sql: Sql, limit: number): Promise<Conflict[]> {
  const rows = await sql<Columns[]>`
    select source, entity, key, winner, epoch_here, epoch_source, loser from conflicts order by id desc limit ${limit}`
  return rows.map(({ epoch_here, epoch_source, ...rest }) => ({
    ...rest,
    epochHere: Number(epoch_here),
    epochSource: Number(epoch_source),
  }))
}
