import type { Database } from 'better-sqlite3'
import type { Change } from '../batch.ts'
import type { EntityKey } from '../entity.ts'
import { prepareOnce } from './prepare-once.ts'

export function isBuried(db: Database, { entity, key }: EntityKey): boolean {
  const find = prepareOnce<[string, string], unknown>(
    db,
    'select 1 from tombstones where entity = ? and key = ?',
  )
  return find.get(entity, key) !== undefined
}

/** A delete of a row that never came here leaves its tombstone too; for the others a trigger did it. */
export function bury(db: Database, { entity, key, epoch }: Change): void {
  prepareOnce<[string, string, number, number], unknown>(
    db,
    'insert or ignore into tombstones (entity, key, epoch, at_ms) values (?, ?, ?, ?)',
  ).run(entity, key, epoch, Date.now())
}
