import type { TransactionSql } from '@emotibot/db'
import type { AuthorityRow } from '../authority.ts'
import type { Change } from '../batch.ts'
import type { Entities } from '../entities.ts'
import { type Planned, planChange } from '../plan-change.ts'
import type { SetAside } from '../store.ts'
import { readAuthority } from './authority.ts'
import { keepConflict } from './conflicts.ts'
import { findSetAside, refreshSetAside } from './set-aside.ts'

export type ApplierOptions = { readonly entities: Entities; readonly maxRowBytes: number }

/** A change and what becomes of it. */
export type PlannedChange = {
  readonly change: Change
  readonly planned: Planned
  readonly here: AuthorityRow
}

export type Reading = {
  readonly source: string
  readonly changes: readonly Change[]
  /** A retry is what the waiting ones wait for. */
  readonly isRetry: boolean
}

/** Plans changes of one entity by what the destination holds in this transaction. */
export async function planChanges(
  tx: TransactionSql,
  { entities, maxRowBytes }: ApplierOptions,
  { source, changes, isRetry }: Reading,
): Promise<PlannedChange[]> {
  const name = changes[0]?.entity ?? ''
  const mapping = entities.mappingsTo('service').get(name)
  if (!mapping) return []
  const keys = changes.map(({ key }) => key)
  const [current, buried, waiting, authority] = await Promise.all([
    entities.get(name).service.read(tx, keys),
    findBuried(tx, name, keys),
    isRetry ? new Map<string, SetAside>() : findSetAside(tx, source, changes),
    readAuthority(tx, mapping.group),
  ])
  await Promise.all(changes.map((change) => refreshIfWaiting(tx, waiting.get(change.key), change)))
  return changes.map((change) => {
    const { key } = change
    const here = {
      current: current.get(key) ?? null,
      isDeleted: buried.has(key),
      isSetAside: waiting.has(key),
      authority,
    }
    return { change, here: authority, planned: planChange(change, here, { mapping, maxRowBytes }) }
  })
}

async function refreshIfWaiting(
  tx: TransactionSql,
  waiting: SetAside | undefined,
  change: Change,
): Promise<void> {
  if (waiting) await refreshSetAside(tx, waiting, change)
}

async function findBuried(tx: TransactionSql, entity: string, keys: string[]): Promise<Set<string>> {
  const rows = await tx<{ key: string }[]>`
    select key from tombstones where entity = ${entity} and key = any(${keys})`
  return new Set(rows.map(({ key }) => key))
}

export type Performing = { readonly source: string; readonly entities: Entities }

/** Does what was planned. Its statements go out at once, one after the other. */
export async function performChange(
  tx: TransactionSql,
  { source, entities }: Performing,
  { change, planned, here }: PlannedChange,
): Promise<void> {
  const entity = entities.get(change.entity)
  const work: Promise<unknown>[] = []
  if (planned.does === 'write' || planned.does === 'delete') {
    work.push(setMark(tx, { group: entity.group, epoch: change.epoch, partition: change.partition }))
    work.push(entity.service.write(tx, change.key, planned.does === 'write' ? planned.row : null))
  }
  if (planned.does === 'delete' && entities.rootOf(entity.name, 'service').leavesTombstone) {
    work.push(bury(tx, change))
  }
  if ('loser' in planned) work.push(keepLoser(tx, { source, change, planned, here }))
  await allOrFirstError(work)
}

/** Every promise is waited for, so that none fails unheard; the first failure is the cause of the later ones. */
export async function allOrFirstError(work: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(work)) {
    if (outcome.status === 'rejected') throw outcome.reason
  }
}

type Mark = { readonly group: string; readonly epoch: number; readonly partition: string | null }

async function setMark(tx: TransactionSql, mark: Mark): Promise<void> {
  const text = JSON.stringify({ ...mark, origin: 'monolith' })
  await tx`select set_config('emotibot.mark', ${text}, true)`
}

/** A delete of a row that never came here leaves its tombstone too; for the others a trigger did it. */
async function bury(tx: TransactionSql, { entity, key, epoch }: Change): Promise<void> {
  await tx`
    insert into tombstones (entity, key, epoch) values (${entity}, ${key}, ${epoch}) on conflict do nothing`
}

type Lost = PlannedChange & { readonly source: string }

async function keepLoser(tx: TransactionSql, { source, change, planned, here }: Lost): Promise<void> {
  const loser = 'loser' in planned ? planned.loser : null
  await keepConflict(tx, {
    source,
    entity: change.entity,
    key: change.key,
    winner: planned.does === 'keepOwn' ? 'here' : 'source',
    epochHere: here.epoch,
    epochSource: change.epoch,
    loser: loser === null ? null : JSON.stringify(loser),
  })
}
