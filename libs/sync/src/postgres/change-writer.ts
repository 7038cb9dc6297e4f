import type { TransactionSql } from '@emotibot/db'
import type { AuthorityRow } from '../authority.ts'
import type { Change } from '../batch.ts'
import type { Entities } from '../entities.ts'
import { unknownEntityError } from '../errors.ts'
import { type Planned, planChange } from '../plan-change.ts'
import type { SetAside } from '../store.ts'
import { readAuthority } from './authority.ts'
import { keepConflict } from './conflicts.ts'
import { findSetAside, refreshSetAside } from './set-aside.ts'
import type { Statement } from './statement.ts'

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

/** Reads what the destination holds, in this transaction, of the keys of changes of one entity; answers how to plan each. */
export async function readToPlan(
  tx: TransactionSql,
  { entities, maxRowBytes }: ApplierOptions,
  { source, changes, isRetry }: Reading,
): Promise<(change: Change) => PlannedChange> {
  const name = changes[0]?.entity ?? ''
  const mapping = entities.mappingsTo('service').get(name)
  if (!mapping) throw unknownEntityError(name)
  const keys = changes.map(({ key }) => key)
  const [current, buried, waiting, authority] = await Promise.all([
    entities.get(name).service.read(tx, keys),
    findBuried(tx, name, keys),
    isRetry ? new Map<string, SetAside>() : findSetAside(tx, source, changes),
    readAuthority(tx, mapping.group),
  ])
  if (waiting.size > 0)
    await Promise.all(changes.map((change) => refreshIfWaiting(tx, waiting.get(change.key), change)))
  return (change) => {
    const { key } = change
    const here = {
      current: current.get(key) ?? null,
      isDeleted: buried.has(key),
      isSetAside: waiting.has(key),
      authority,
    }
    return { change, here: authority, planned: planChange(change, here, { mapping, maxRowBytes }) }
  }
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

/**
 * Does what was planned for changes of one entity, in their order. All statements go out at once, those of neighbours
 * under one mark as one.
 */
export async function performChanges(
  tx: TransactionSql,
  { source, entities }: Performing,
  planned: readonly PlannedChange[],
): Promise<void> {
  const work: PromiseLike<unknown>[] = []
  for (const run of inRuns(planned)) {
    const statements = statementsOf(run, entities)
    for (const { text, value } of statements) work.push(tx.unsafe(text, [value], { prepare: true }))
  }
  for (const one of planned) if ('loser' in one.planned) work.push(keepLoser(tx, source, one))
  await allOrFirstError(work)
}

/** Every promise is waited for, so that none fails unheard; the first failure is the cause of the later ones. */
export async function allOrFirstError(work: readonly PromiseLike<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(work)) {
    if (outcome.status === 'rejected') throw outcome.reason
  }
}

/** Neighbours that are written, or deleted, under one mark. */
type Run = {
  readonly does: 'write' | 'delete'
  readonly mark: Pick<Change, 'epoch' | 'partition'>
  readonly of: PlannedChange[]
}

function inRuns(planned: readonly PlannedChange[]): Run[] {
  const runs: Run[] = []
  for (const one of planned) {
    const { does } = one.planned
    if (does !== 'write' && does !== 'delete') continue
    const { epoch, partition } = one.change
    const last = runs.at(-1)
    const isSame = last?.does === does && last.mark.epoch === epoch && last.mark.partition === partition
    if (isSame) last.of.push(one)
    else runs.push({ does, mark: { epoch, partition }, of: [one] })
  }
  return runs
}

function statementsOf({ does, mark, of }: Run, entities: Entities): Statement[] {
  const changes = of.map(({ change }) => change)
  const entity = entities.get(changes[0]?.entity ?? '')
  const marking = markAs(entity.group, mark)
  if (does === 'write') {
    const rows = of.flatMap(({ planned }) => (planned.does === 'write' ? [planned.row] : []))
    return [marking, ...entity.service.write(rows)]
  }
  const removing = entity.service.remove(changes.map(({ key }) => key))
  const { leavesTombstone } = entities.rootOf(entity.name, 'service')
  return [marking, ...removing, ...(leavesTombstone ? [bury(changes)] : [])]
}

function markAs(group: string, { epoch, partition }: Pick<Change, 'epoch' | 'partition'>): Statement {
  const mark = { group, epoch, partition, origin: 'monolith' }
  return { text: `select set_config('emotibot.mark', $1::text, true)`, value: JSON.stringify(mark) }
}

/** A delete of a row that never came here leaves its tombstone too; for the others a trigger did it. */
function bury(changes: readonly Change[]): Statement {
  const text = `
    insert into tombstones (entity, key, epoch)
    select entity, key, epoch from json_to_recordset($1::text::json) as gone(entity text, key text, epoch bigint)
    on conflict do nothing`
  return { text, value: JSON.stringify(changes.map(({ entity, key, epoch }) => ({ entity, key, epoch }))) }
}

async function keepLoser(
  tx: TransactionSql,
  source: string,
  { change, planned, here }: PlannedChange,
): Promise<void> {
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
