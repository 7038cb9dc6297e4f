import type { Database } from 'better-sqlite3'
import type { Conflict, FoundConflict } from '../store.ts'

type Columns = {
  id: number
  source: string
  entity: string
  key: string
  winner: 'here' | 'source'
  epoch_here: number
  epoch_source: number
  loser: string | null
  at: string
}

export function keepConflict(db: Database, conflict: FoundConflict): void {
  const { source, entity, key, winner, epochHere, epochSource, loser } = conflict
  db.prepare(
    `insert into conflicts (source, entity, key, winner, epoch_here, epoch_source, loser, at)
     values (?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(source, entity, key, winner, epochHere, epochSource, loser, new Date().toISOString())
}

export function listConflicts(db: Database, limit: number): Conflict[] {
  return db
    .prepare<[number], Columns>(
      `select id, source, entity, key, winner, epoch_here, epoch_source, loser, at
       from conflicts where seen_at is null order by id limit ?`,
    )
    .all(limit)
    .map(({ epoch_here: epochHere, epoch_source: epochSource, ...rest }) => ({
      ...rest,
      epochHere,
      epochSource,
    }))
}

export function dismissConflicts(db: Database, ids: readonly number[]): number {
  return db
    .prepare<[string, string]>(
      `update conflicts set seen_at = ?
       where seen_at is null and id in (select value from json_each(?))`,
    )
    .run(new Date().toISOString(), JSON.stringify(ids)).changes
}
