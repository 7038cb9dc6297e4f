// The receiving half of a Postgres store. One step is one transaction:
//
//   groups' locks, shared → place (locked) is `from`? → each run: plan → write → place := `to` → COMMIT
//
// An error ends a Postgres transaction, so a step is first tried as a whole, its statements sent without waiting; when
// a row cannot be applied, it is tried again with a savepoint around every change, and only that row is set aside.
import type { Sql, TransactionSql } from '@emotibot/db'
import { inApplyOrder } from '../apply-order.ts'
import type { Change } from '../batch.ts'
import { reasonOrThrow } from '../faults.ts'
import { isSamePlace } from '../position.ts'
import type { Applied, Applier, Counts, Retry, Step } from '../store.ts'
import { createTally, type Tally } from '../tally.ts'
import { lockName } from './authority-rows.ts'
import {
  type ApplierOptions,
  allOrFirstError,
  type PlannedChange,
  performChange,
  planChanges,
} from './change-writer.ts'
import { listConflicts } from './conflicts.ts'
import { adoptStore, lockPlace, openPlace, writePlace } from './places.ts'
import {
  addSetAside,
  failAgain,
  findSetAside,
  isSetAside,
  listSetAside,
  removeSetAside,
} from './set-aside.ts'

/** Longer than any of our steps; what is still waiting then is tried again by the pump. */
const LOCK_TIMEOUT = '2s'

export function createPostgresApplier(sql: Sql, options: ApplierOptions): Applier {
  const inTransaction = <T>(work: (tx: TransactionSql) => Promise<T>): Promise<T> =>
    sql.begin(async (tx) => {
      await enterGroups(tx, options)
      return work(tx)
    }) as Promise<T>

  async function applyEither(step: Step): Promise<Counts | null> {
    try {
      return await inTransaction((tx) => applyStep(tx, options, { step, isCareful: false }))
    } catch (error) {
      reasonOrThrow(error)
      return inTransaction((tx) => applyStep(tx, options, { step, isCareful: true }))
    }
  }

  return {
    place: (source, store) => openPlace(sql, source, store),
    apply: async (step): Promise<Applied> => {
      const startedMs = performance.now()
      const counts = await applyEither(step)
      const tookMs = performance.now() - startedMs
      return counts ? { outcome: 'applied', counts, tookMs } : { outcome: 'superseded' }
    },
    setAside: (source, limit) => listSetAside(sql, source, limit),
    isSetAside: (source, key) => isSetAside(sql, source, key),
    retry: (source, retries) => inTransaction((tx) => retryAll(tx, options, { source, retries })),
    conflicts: (limit) => listConflicts(sql, limit),
    adopt: (source, store) => adoptStore(sql, source, store),
  }
}

async function enterGroups(tx: TransactionSql, { entities }: ApplierOptions): Promise<void> {
  const groups = [...new Set(entities.list.map(({ group }) => group))].toSorted()
  const locks = groups.map(async (group) => {
    await tx`select pg_advisory_xact_lock_shared(hashtextextended(${lockName(group)}, 0))`
  })
  const limit = tx`select set_config('lock_timeout', ${LOCK_TIMEOUT}, true)`.execute()
  await allOrFirstError([limit, ...locks])
}

type Applying = { readonly step: Step; readonly isCareful: boolean }

async function applyStep(
  tx: TransactionSql,
  options: ApplierOptions,
  { step, isCareful }: Applying,
): Promise<Counts | null> {
  const place = await lockPlace(tx, step.source)
  if (!place || !isSamePlace(place, step.from)) return null
  const tally = createTally()
  const failed: Change[] = []
  for (const { changes } of inApplyOrder(step.changes, options.entities.names)) {
    const run = { source: step.source, changes, tally }
    if (isCareful) failed.push(...(await applyCarefully(tx, options, run)))
    else await applyTogether(tx, options, run)
  }
  for (const change of failed) await applyOnceMore(tx, options, { source: step.source, change, tally })
  await writePlace(tx, step.source, step.to)
  return tally.counts()
}

type RunToApply = { readonly source: string; readonly changes: readonly Change[]; readonly tally: Tally }

async function applyTogether(tx: TransactionSql, options: ApplierOptions, run: RunToApply): Promise<void> {
  const planned = await planChanges(tx, options, { ...run, isRetry: false })
  if (planned.some((one) => one.planned.does === 'setAside')) throw new Error('a mapping refuses a row')
  // One after the other: a change of several statements must not end under the next one's mark.
  for (const one of planned) {
    await performChange(tx, { source: run.source, ...options }, one)
    run.tally.add(one.planned)
  }
}

/** Answers those that failed, each having left nothing behind. */
async function applyCarefully(
  tx: TransactionSql,
  options: ApplierOptions,
  run: RunToApply,
): Promise<Change[]> {
  const failed: Change[] = []
  for (const one of await planChanges(tx, options, { ...run, isRetry: false })) {
    const problem = await tryChange(tx, options, { source: run.source, one })
    if (problem === null) run.tally.add(one.planned)
    else failed.push(one.change)
  }
  return failed
}

type OneChange = { readonly source: string; readonly one: PlannedChange }

/** Null when it went well, else why it cannot be applied. */
async function tryChange(
  tx: TransactionSql,
  options: ApplierOptions,
  { source, one }: OneChange,
): Promise<string | null> {
  if (one.planned.does === 'setAside') return one.planned.reason
  try {
    await tx.savepoint((inner) => performChange(inner, { source, ...options }, one))
    return null
  } catch (error) {
    return reasonOrThrow(error)
  }
}

type Again = { readonly source: string; readonly change: Change; readonly tally: Tally }

/** What failed may only have come too early: a name that is free by now, a parent that is there by now. */
async function applyOnceMore(tx: TransactionSql, options: ApplierOptions, again: Again): Promise<void> {
  const { source, change, tally } = again
  for (const one of await planChanges(tx, options, { source, changes: [change], isRetry: true })) {
    const reason = await tryChange(tx, options, { source, one })
    if (reason !== null) await addSetAside(tx, { source, change, reason })
    tally.add(reason === null ? one.planned : { does: 'setAside', reason })
  }
}

type Retrying = { readonly source: string; readonly retries: readonly Retry[] }

async function retryAll(
  tx: TransactionSql,
  options: ApplierOptions,
  { source, retries }: Retrying,
): Promise<Counts> {
  const tally = createTally()
  for (const { change, ticket } of retries) {
    const waits = (await findSetAside(tx, source, [change])).get(change.key)
    if (waits?.ticket !== ticket) continue
    for (const one of await planChanges(tx, options, { source, changes: [change], isRetry: true })) {
      const reason = await tryChange(tx, options, { source, one })
      if (reason === null) await removeSetAside(tx, waits)
      else await failAgain(tx, waits, reason)
      tally.add(reason === null ? one.planned : { does: 'setAside', reason })
    }
  }
  return tally.counts()
}
