// The receiving half of a Postgres store. One step is one transaction:
//
//   groups' locks, shared → place (locked) is `from`? → each run: plan → write → place := `to` → COMMIT
//
// An error ends a Postgres transaction, so a step is first tried as a whole, its statements sent without waiting; when
// the database refuses a row, it is tried again inside savepoints, halving what fails until it is the row alone, and only
// that row is set aside.
import type { Sql, TransactionSql } from '@emotibot/db'
import { inApplyOrder } from '../apply-order.ts'
import type { Change } from '../batch.ts'
import { reasonOrThrow } from '../faults.ts'
import { isSamePlace } from '../position.ts'
import type { Applied, Applier, Counts, Retry, Step } from '../store.ts'
import { createTally } from '../tally.ts'
import { absentKeys } from './absent-keys.ts'
import { applyCarefully, applyOnceMore, applyTogether, tryAlone } from './apply-run.ts'
import { lockName } from './authority-rows.ts'
import { type ApplierOptions, allOrFirstError } from './change-writer.ts'
import { dismissConflicts, listConflicts } from './conflicts.ts'
import { adoptStore, lockPlace, openPlace, writePlace } from './places.ts'
import { failAgain, findSetAside, isSetAside, listSetAside, removeSetAside } from './set-aside.ts'

/** Longer than any of our steps; what is still waiting then is tried again by the pump. */
const LOCK_TIMEOUT = '2s'

export function createPostgresApplier(sql: Sql, options: ApplierOptions): Applier {
  const inTransaction = <T>(work: (tx: TransactionSql) => Promise<T>): Promise<T> =>
    sql.begin(async (tx) => {
      await enterGroups(tx, options)
      return work(tx)
    }) as Promise<T>

  async function applyEither(step: Step, meanwhile?: () => void): Promise<Counts | null> {
    try {
      return await inTransaction((tx) => applyStep(tx, options, { step, isCareful: false, meanwhile }))
    } catch (error) {
      reasonOrThrow(error)
      return inTransaction((tx) => applyStep(tx, options, { step, isCareful: true }))
    }
  }

  return {
    place: (source, store) => openPlace(sql, source, store),
    apply: async (step, meanwhile): Promise<Applied> => {
      const startedMs = performance.now()
      const counts = await applyEither(step, meanwhile)
      const tookMs = performance.now() - startedMs
      return counts ? { outcome: 'applied', counts, tookMs } : { outcome: 'superseded' }
    },
    absent: (keys) => absentKeys(sql, options.entities, keys),
    setAside: (source, limit) => listSetAside(sql, source, limit),
    isSetAside: (source, key) => isSetAside(sql, source, key),
    retry: (source, retries) => inTransaction((tx) => retryAll(tx, options, { source, retries })),
    conflicts: (limit) => listConflicts(sql, limit),
    dismissConflicts: (ids) => dismissConflicts(sql, ids),
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

type Applying = {
  readonly step: Step
  readonly isCareful: boolean
  readonly meanwhile?: (() => void) | undefined
}

async function applyStep(
  tx: TransactionSql,
  options: ApplierOptions,
  { step, isCareful, meanwhile }: Applying,
): Promise<Counts | null> {
  const place = await lockPlace(tx, step.source)
  if (!place || !isSamePlace(place, step.from)) return null
  const tally = createTally()
  const failed: Change[] = []
  for (const { changes } of inApplyOrder(step.changes, options.entities.names)) {
    const run = { source: step.source, changes, tally, meanwhile }
    failed.push(...(await (isCareful ? applyCarefully : applyTogether)(tx, options, run)))
  }
  for (const change of failed) await applyOnceMore(tx, options, { source: step.source, change, tally })
  await writePlace(tx, step.source, step.to)
  return tally.counts()
}

type Retrying = { readonly source: string; readonly retries: readonly Retry[] }

async function retryAll(
  tx: TransactionSql,
  options: ApplierOptions,
  { source, retries }: Retrying,
): Promise<Counts> {
  const tally = createTally()
  for (const { change, ticket } of retries) {
    if (!options.entities.names.includes(change.entity)) continue
    const waits = (await findSetAside(tx, source, [change])).get(change.key)
    if (waits?.ticket !== ticket) continue
    const { one, reason } = await tryAlone(tx, options, { source, change })
    if (reason === null) await removeSetAside(tx, waits)
    else await failAgain(tx, waits, reason)
    tally.add(reason === null ? one.planned : { does: 'setAside', reason })
  }
  return tally.counts()
}
