// The changes of one entity inside the transaction of a step, together or one by one.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TransactionSql } from '@emotibot/db'
import type { Change } from '../batch.ts'
import { reasonOrThrow } from '../faults.ts'
import type { Tally } from '../tally.ts'
import {
  type ApplierOptions,
  allOrFirstError,
  type PlannedChange,
  performChanges,
  readToPlan,
} from './change-writer.ts'
import { addSetAside } from './set-aside.ts'

/** Changes of one entity, all of rows or all of deletes. */
export type RunToApply = {
  readonly source: string
  readonly changes: readonly Change[]
  readonly tally: Tally
  readonly meanwhile?: (() => void) | undefined
}

/** So many are mapped at a time, while the database writes those before. */
const MAPPED_AT_ONCE = 250

/** Answers those that cannot be mapped. */
export async function applyTogether(
  tx: TransactionSql,
  options: ApplierOptions,
  run: RunToApply,
): Promise<Change[]> {
  const plan = await readToPlan(tx, options, { ...run, isRetry: false })
  const planned: PlannedChange[] = []
  const sent: Promise<void>[] = []
  for (let at = 0; at < run.changes.length; at += MAPPED_AT_ONCE) {
    // What the driver was given it sends in a turn of its own.
    if (at > 0) await nextTurn()
    const some = run.changes.slice(at, at + MAPPED_AT_ONCE).map(plan)
    const work = performChanges(tx, { source: run.source, ...options }, some.filter(isAble))
    // Heard of below, when all have been sent.
    work.catch(() => undefined)
    sent.push(work)
    planned.push(...some)
  }
  if (run.meanwhile) setImmediate(() => setImmediate(() => run.meanwhile?.()))
  await allOrFirstError(sent)
  for (const one of planned.filter(isAble)) run.tally.add(one.planned)
  return unableOf(planned)
}

/** Answers those that failed, each having left nothing behind. */
export async function applyCarefully(
  tx: TransactionSql,
  options: ApplierOptions,
  run: RunToApply,
): Promise<Change[]> {
  const planned = run.changes.map(await readToPlan(tx, options, { ...run, isRetry: false }))
  const halve = async (some: readonly PlannedChange[]): Promise<Change[]> => {
    if (some.length === 0) return []
    try {
      await tx.savepoint((inner) => performChanges(inner, { source: run.source, ...options }, some))
      for (const one of some) run.tally.add(one.planned)
      return []
    } catch (error) {
      reasonOrThrow(error)
      if (some.length === 1) return some.map(({ change }) => change)
      const half = Math.ceil(some.length / 2)
      return [...(await halve(some.slice(0, half))), ...(await halve(some.slice(half)))]
    }
  }
  return [...unableOf(planned), ...(await halve(planned.filter(isAble)))]
}

const isAble = ({ planned }: PlannedChange): boolean => planned.does !== 'setAside'
const unableOf = (planned: readonly PlannedChange[]): Change[] =>
  planned.flatMap((one) => (isAble(one) ? [] : [one.change]))

type OneChange = { readonly source: string; readonly one: PlannedChange }

/** Null when it went well, else why it cannot be applied. */
async function tryChange(
  tx: TransactionSql,
  options: ApplierOptions,
  { source, one }: OneChange,
): Promise<string | null> {
  if (one.planned.does === 'setAside') return one.planned.reason
  try {
    await tx.savepoint((inner) => performChanges(inner, { source, ...options }, [one]))
    return null
  } catch (error) {
    return reasonOrThrow(error)
  }
}

export type Again = { readonly source: string; readonly change: Change; readonly tally: Tally }

/** What failed may only have come too early: a name that is free by now, a parent that is there by now. */
export async function applyOnceMore(
  tx: TransactionSql,
  options: ApplierOptions,
  again: Again,
): Promise<void> {
  const { source, change, tally } = again
  const { one, reason } = await tryAlone(tx, options, { source, change })
  if (reason !== null) await addSetAside(tx, { source, change, reason })
  tally.add(reason === null ? one.planned : { does: 'setAside', reason })
}

/** Plans a change by what is held now, and does it. */
export async function tryAlone(
  tx: TransactionSql,
  options: ApplierOptions,
  { source, change }: Omit<Again, 'tally'>,
): Promise<{ one: PlannedChange; reason: string | null }> {
  const one = (await readToPlan(tx, options, { source, changes: [change], isRetry: true }))(change)
  return { one, reason: await tryChange(tx, options, { source, one }) }
}
