import type { Database } from 'better-sqlite3'
import type { Conflict } from '../store.ts'

type Columns = {
  source: string
  entity: string
  key: string
  winner: 'here' | 'source'
  epoch_here: number
  epoch_source: number
  loser: string | null
}

export function keepConflict(db: Database, conflict: Conflict): void {
  const { source, entity, key, winner, epochHere, epochSource, loser } = conflict
  db.prepare(
    `insert into conflicts (source, entity, key, winner, epoch_here, epoch_source, loser, at)
     values (?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(source, entity, key, winner, epochHere, epochSource, loser, new Date().toISOString())
}

/** The latest first. */
export function listConflicts(db: Database, limit: number): Conflict[] {
  return db
    .prepare<[number], Columns>(
      'select source, entity, key, winner, epoch_here, epoch_source, loser from conflicts order by id desc limit ?',
    )
    .all(limit)
    .map(({ epoch_here: epochHere, epoch_source: epochSource, ...rest }) => ({
      ...rest,
      epochHere,
      epochSource,
    }))
}
