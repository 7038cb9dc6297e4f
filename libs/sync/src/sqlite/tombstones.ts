import type { Database } from 'better-sqlite3'
import type { Change } from '../batch.ts'
import type { EntityKey } from '../entity.ts'

export function isBuried(db: Database, { entity, key }: EntityKey): boolean {
  return db.prepare('select 1 from tombstones where entity = ? and key = ?').get(entity, key) !== undefined
}

/** A delete of a row that never came here leaves its tombstone too; for the others a trigger did it. */
export function bury(db: Database, { entity, key, epoch }: Change): void {
  db.prepare('insert or ignore into tombstones (entity, key, epoch, at_ms) values (?, ?, ?, ?)').run(
    entity,
    key,
    epoch,
    Date.now(),
  )
}
