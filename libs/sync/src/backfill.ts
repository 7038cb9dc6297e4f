// The first copy of rows that were there before the feed. It writes no destination: it appends keys to the source's own
// feed, and the mover treats them like any change. Killed anywhere, it goes on from its cursor in the source store.
import { setTimeout as delay } from 'node:timers/promises'
import type { AnyEntity } from './entity.ts'
import { judgeFault } from './faults.ts'
import { nextLimit } from './step-size.ts'
import type { CopyStep, Store } from './store.ts'
import { afterStep, FRESH_THROTTLE } from './throttle.ts'

export type BackfillOptions = {
  readonly source: Store
  readonly entities: readonly AnyEntity[]
  readonly signal: AbortSignal
  readonly onProgress?: (progress: BackfillProgress) => void
  /** Says that the destination is behind: the copy waits, so that users' own changes do not queue behind it for long. */
  readonly isBehind?: () => Promise<boolean>
}

export type BackfillProgress = {
  readonly entity: string
  readonly done: number
  /** Rows there are now; more may come meanwhile, by the feed. */
  readonly total: number
  readonly isFinished: boolean
}

const BUDGET_MS = { monolith: 4, service: 20 }
const FIRST_LIMIT = 250
/** The source is busy, or the destination behind: not for long. */
const ASK_AGAIN_MS = 20

/** Goes on until every entity is done, parents first; answers false when aborted before. */
export async function runBackfill(options: BackfillOptions): Promise<boolean> {
  for (const { name } of options.entities) {
    if (!(await backfillEntity(options, name))) return false
  }
  return true
}

async function backfillEntity(options: BackfillOptions, entity: string): Promise<boolean> {
  const { source, signal, onProgress, isBehind } = options
  const total = await source.copies.count(entity)
  let limit = FIRST_LIMIT
  let throttle = FRESH_THROTTLE
  while (!signal.aborted) {
    const mustWait = await isBehind?.()
    const startedMs = performance.now()
    const step = mustWait ? null : await stepUnlessBusy(source, entity, limit)
    const tookMs = performance.now() - startedMs
    if (step) {
      onProgress?.({
        entity,
        done: step.done,
        total: Math.max(total, step.done),
        isFinished: step.isFinished,
      })
      if (step.isFinished) return true
      limit = nextLimit(limit, { tookMs: step.tookMs, budgetMs: BUDGET_MS[source.side] })
      throttle = afterStep(throttle, { tookMs, rows: step.appended })
    }
    await delay(step ? throttle.restMs : ASK_AGAIN_MS)
  }
  return false
}

/** Null when the source cannot take a step just now: its own writes come first. */
async function stepUnlessBusy(source: Store, entity: string, limit: number): Promise<CopyStep | null> {
  try {
    return await source.copies.backfillStep(entity, limit)
  } catch (error) {
    if (judgeFault(error) !== 'fault') throw error
    return null
  }
}
