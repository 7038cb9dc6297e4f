import type { Database } from 'better-sqlite3'
import type { Change } from '../batch.ts'
import type { Entities } from '../entities.ts'
import { reasonOrThrow } from '../faults.ts'
import { type Here, type Planned, planChange } from '../plan-change.ts'
import { readAuthority } from './authority-rows.ts'
import { keepConflict } from './conflicts.ts'
import { mark, unmark } from './open-write.ts'
import { bury, isBuried } from './tombstones.ts'

export type ApplierOptions = { readonly entities: Entities; readonly maxRowBytes: number }

/** Plans and performs one change. Inside the transaction that applies. */
export type ChangeWriter = {
  readCurrent(entity: string, changes: readonly Change[]): Map<string, unknown>
  plan(change: Change, here: Pick<Here, 'current' | 'isSetAside'>): Planned
  /** Does what was planned. Answers why this change cannot be applied, or null; throws what concerns more than it. */
  perform(source: string, change: Change, planned: Planned): string | null
}

export function createChangeWriter(db: Database, { entities, maxRowBytes }: ApplierOptions): ChangeWriter {
  const mappings = entities.mappingsTo('monolith')
  const groupOf = (change: Change) => entities.get(change.entity).group
  // Inside a transaction better-sqlite3 makes this a savepoint.
  const inSavepoint = db.transaction((work: () => void) => work())

  function write(change: Change, row: unknown): void {
    mark(db, { group: groupOf(change), epoch: change.epoch, origin: 'service', partition: change.partition })
    entities.get(change.entity).monolith.write(db, change.key, row)
    unmark(db)
    if (row === null && entities.rootOf(change.entity, 'monolith').leavesTombstone) bury(db, change)
  }

  function keepLoser(source: string, change: Change, planned: Planned): void {
    if (!('loser' in planned)) return
    keepConflict(db, {
      source,
      entity: change.entity,
      key: change.key,
      winner: planned.does === 'keepOwn' ? 'here' : 'source',
      epochHere: readAuthority(db, groupOf(change)).epoch,
      epochSource: change.epoch,
      loser: planned.loser === null ? null : JSON.stringify(planned.loser),
    })
  }

  function perform(source: string, change: Change, planned: Planned): string | null {
    if (planned.does === 'setAside') return planned.reason
    try {
      inSavepoint(() => {
        if (planned.does === 'write') write(change, planned.row)
        if (planned.does === 'delete') write(change, null)
        keepLoser(source, change, planned)
      })
      return null
    } catch (error) {
      return reasonOrThrow(error)
    }
  }

  return {
    readCurrent: (entity, changes) =>
      entities.get(entity).monolith.read(
        db,
        changes.map(({ key }) => key),
      ),
    plan: (change, here) => {
      const mapping = mappings.get(change.entity)
      if (!mapping) return { does: 'nothing' }
      const authority = readAuthority(db, mapping.group)
      return planChange(
        change,
        { ...here, isDeleted: isBuried(db, change), authority },
        { mapping, maxRowBytes },
      )
    },
    perform,
  }
}
