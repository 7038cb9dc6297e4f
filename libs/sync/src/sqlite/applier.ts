// The receiving half of a SQLite store. One step is one transaction:
//
//   BEGIN IMMEDIATE → place is `from`? → each change: plan → write (in a savepoint) → place := `to` → COMMIT
//
// While it lasts the monolith cannot write, so the pump keeps steps small (`step-size.ts`).
import type { Database } from 'better-sqlite3'
import { inApplyOrder } from '../apply-order.ts'
import type { Change } from '../batch.ts'
import type { Entities } from '../entities.ts'
import { isSamePlace } from '../position.ts'
import type { Applied, Applier, Counts, Retry, Step } from '../store.ts'
import { createTally, type Tally } from '../tally.ts'
import { absentKeys } from './absent-keys.ts'
import { type ApplierOptions, type ChangeWriter, createChangeWriter } from './change-writer.ts'
import { dismissConflicts, listConflicts } from './conflicts.ts'
import { adoptStore, openPlace, readPlace, writePlace } from './places.ts'
import { createSetAside, type SetAsideRows } from './set-aside.ts'

type Context = {
  readonly db: Database
  readonly entities: Entities
  readonly writer: ChangeWriter
  readonly waiting: SetAsideRows
}

export function createSqliteApplier(db: Database, options: ApplierOptions): Applier {
  const waiting = createSetAside(db)
  const context = { db, entities: options.entities, waiting, writer: createChangeWriter(db, options) }
  const applyStep = db.transaction((step: Step) => applyTimed(context, step))
  const retryAll = db.transaction((source: string, retries: readonly Retry[]) =>
    retryInTransaction(context, source, retries),
  )
  return {
    place: async (source, store) => openPlace(db, source, store),
    apply: async (step) => applyStep.immediate(step),
    absent: async (keys) => absentKeys(db, options.entities, keys),
    setAside: async (source, limit) => waiting.list(source, limit),
    isSetAside: async (source, { entity, key }) => waiting.get({ source, entity, key }) !== null,
    retry: async (source, retries) => retryAll.immediate(source, retries),
    conflicts: async (limit) => listConflicts(db, limit),
    dismissConflicts: async (ids) => dismissConflicts(db, ids),
    adopt: async (source, store) => adoptStore(db, source, store),
  }
}

/** Timed without the COMMIT, whose cost is the disk's and does not depend on how large the step is. */
function applyTimed(context: Context, step: Step): Applied {
  const startedMs = performance.now()
  const counts = applyInTransaction(context, step)
  const tookMs = performance.now() - startedMs
  return counts ? { outcome: 'applied', counts, tookMs } : { outcome: 'superseded' }
}

function applyInTransaction(context: Context, step: Step): Counts | null {
  const place = readPlace(context.db, step.source)
  if (!place || !isSamePlace(place, step.from)) return null
  const tally = createTally()
  const failed = inApplyOrder(step.changes, context.entities.names).flatMap(({ entity, changes }) => {
    const current = context.writer.readCurrent(entity, changes)
    return changes.filter((change) => !applyChange(context, { source: step.source, change, current, tally }))
  })
  for (const change of failed) applyOnceMore(context, { source: step.source, change, tally })
  writePlace(context.db, step.source, step.to)
  return tally.counts()
}

type OneChange = { readonly source: string; readonly change: Change; readonly tally: Tally }
type OneChangeHere = OneChange & { readonly current: ReadonlyMap<string, unknown> }

/** False when it failed, having left nothing behind. */
function applyChange(
  { waiting, writer }: Context,
  { source, change, current, tally }: OneChangeHere,
): boolean {
  const before = waiting.get({ source, ...change })
  if (before) waiting.refresh(before, change)
  const planned = writer.plan(change, {
    current: current.get(change.key) ?? null,
    isSetAside: before !== null,
  })
  const problem = writer.perform(source, change, planned)
  if (problem === null) tally.add(planned)
  return problem === null
}

/** What failed may only have come too early: a name that is free by now, a parent that is there by now. */
function applyOnceMore({ waiting, writer }: Context, { source, change, tally }: OneChange): void {
  const current = writer.readCurrent(change.entity, [change]).get(change.key) ?? null
  const planned = writer.plan(change, { current, isSetAside: false })
  const problem = writer.perform(source, change, planned)
  if (problem !== null) waiting.add({ source, ...change }, change, problem)
  tally.add(problem === null ? planned : { does: 'setAside', reason: problem })
}

function retryInTransaction(context: Context, source: string, retries: readonly Retry[]): Counts {
  const tally = createTally()
  for (const { change, ticket } of retries) {
    const waits = context.waiting.get({ source, ...change })
    if (waits?.ticket !== ticket) continue
    const current = context.writer.readCurrent(change.entity, [change]).get(change.key) ?? null
    const planned = context.writer.plan(change, { current, isSetAside: false })
    const problem = context.writer.perform(source, change, planned)
    if (problem === null) context.waiting.remove(waits)
    else context.waiting.failAgain(waits, problem)
    tally.add(problem === null ? planned : { does: 'setAside', reason: problem })
  }
  return tally.counts()
}
