// One direction of the mover: the source's feed applied to the destination, until aborted.
//
//            ┌─────────── something moved ───────────┐
//            ▼                                       │
//   start ─► schema as mapped? ─► pass: place → batch → changes → apply ─► nothing new: wait a little, or be woken
//            │                     │ fault: wait longer and longer, begin again at the recorded place
//            └──── stopped ◄───────┘ drift, another store, a restored one: until `resume`
//
// Nothing is kept here that a killed process could lose: the place is the destination's.
import { toChanges } from './batch.ts'
import { createBell } from './bell.ts'
import { indexEntities } from './entities.ts'
import type { AnyEntity } from './entity.ts'
import { type StoppedError, schemaDriftError } from './errors.ts'
import { asStopped } from './faults.ts'
import { isSamePlace, type Place } from './position.ts'
import { createRetrier } from './retrier.ts'
import { nextLimit } from './step-size.ts'
import { type Counts, type Lag, NO_COUNTS, type Store } from './store.ts'

export type PumpOptions = {
  /** What the destination calls this source: its place is kept under this name, for good. */
  readonly name: string
  readonly source: Store
  readonly destination: Store
  readonly entities: readonly AnyEntity[]
  /** What one transaction at the destination may take. */
  readonly stepBudgetMs?: number
  readonly onEvent?: (event: PumpEvent) => void
}

export type PumpEvent =
  | { readonly event: 'applied'; readonly counts: Counts; readonly tookMs: number }
  | { readonly event: 'fault'; readonly error: unknown; readonly pauseMs: number }
  | { readonly event: 'stopped'; readonly error: StoppedError }

export type PumpStatus = {
  readonly state: 'running' | 'faulty' | 'stopped'
  readonly reason: string | null
  readonly place: Place | null
  /** Since this pump was made. */
  readonly counts: Counts
}

export type Pump = {
  /** Goes on until aborted; never throws. */
  run(signal: AbortSignal): Promise<void>
  /** Do not wait: there is news, or somebody waits for a place to move. */
  wake(): void
  /** After a stop whose reason is gone. */
  resume(): void
  status(): PumpStatus
  lag(): Promise<Lag>
}

const BUDGET_MS = { monolith: 4, service: 40 }
const FIRST_LIMIT = 32
const IDLE_MS = { least: 2, most: 40 }
const FAULT_MS = { least: 5, most: 2_000 }
/** A place that moved past nothing of interest is recorded this seldom, unless somebody asks. */
const RECORD_EVERY_MS = 1_000

export function createPump(options: PumpOptions): Pump {
  const { name, source, destination, onEvent } = options
  const budgetMs = options.stepBudgetMs ?? BUDGET_MS[destination.side]
  const entities = indexEntities(options.entities)
  const mappings = entities.mappingsTo(destination.side)
  const bell = createBell()
  const retrier = createRetrier(options)
  const total = { ...NO_COUNTS }
  let known: Place | null = null
  let limit = FIRST_LIMIT
  let recordedAtMs = 0
  let isChecked = false
  let state: PumpStatus['state'] = 'running'
  let reason: string | null = null

  const count = (counts: Counts): void => {
    for (const kind of Object.keys(total) as (keyof Counts)[]) total[kind] += counts[kind]
  }

  /** Whether anything moved. */
  async function pass(isAsked: boolean): Promise<boolean> {
    if (!isChecked) await checkSchema()
    known ??= await destination.applier.place(name, await source.feed.storeId())
    const from = known
    const batch = await source.feed.readBatch(from, limit)
    const changes = toChanges(batch, mappings)
    if (changes.length === 0 && !isWorthRecording(from, batch.next, isAsked)) return false
    return applyStep({ source: name, from, to: batch.next, changes })
  }

  function isWorthRecording(from: Place, to: Place, isAsked: boolean): boolean {
    return !isSamePlace(from, to) && (isAsked || performance.now() - recordedAtMs > RECORD_EVERY_MS)
  }

  async function applyStep(step: Parameters<Store['applier']['apply']>[0]): Promise<boolean> {
    const applied = await destination.applier.apply(step)
    known = applied.outcome === 'applied' ? step.to : null
    if (applied.outcome === 'superseded') return true
    recordedAtMs = performance.now()
    limit = nextLimit(limit, { tookMs: applied.tookMs, budgetMs })
    count(applied.counts)
    retrier.note(applied.counts)
    if (step.changes.length > 0)
      onEvent?.({ event: 'applied', counts: applied.counts, tookMs: applied.tookMs })
    return step.changes.length > 0
  }

  async function checkSchema(): Promise<void> {
    const problems = [...(await source.findDrift()), ...(await destination.findDrift())]
    if (problems.length > 0) throw schemaDriftError(problems)
    isChecked = true
  }

  /** Everything is read anew after a fault, for it may be that another database answers now. */
  function forget(): void {
    known = null
    isChecked = false
  }

  function noteError(error: unknown, pauseMs: number): void {
    forget()
    const stopped = asStopped(error)
    state = stopped ? 'stopped' : 'faulty'
    reason = (stopped ?? (error instanceof Error ? error : new Error(String(error)))).message
    onEvent?.(stopped ? { event: 'stopped', error: stopped } : { event: 'fault', error, pauseMs })
  }

  async function run(signal: AbortSignal): Promise<void> {
    let pauseMs = IDLE_MS.least
    let faultMs = FAULT_MS.least
    while (!signal.aborted) {
      try {
        const hasMoved = await pass(bell.hasRung())
        count(await retrier.retryWhenDue())
        state = 'running'
        reason = null
        faultMs = FAULT_MS.least
        pauseMs = hasMoved ? 0 : Math.min(IDLE_MS.most, pauseMs * 2 || IDLE_MS.least)
      } catch (error) {
        noteError(error, faultMs)
        pauseMs = state === 'stopped' ? Number.POSITIVE_INFINITY : faultMs
        faultMs = Math.min(FAULT_MS.most, faultMs * 2)
      }
      if (pauseMs > 0) await bell.wait(pauseMs, signal)
    }
  }

  return {
    run,
    wake: () => {
      if (state !== 'stopped') bell.ring()
    },
    resume: () => bell.ring(),
    status: () => ({ state, reason, place: known, counts: { ...total } }),
    lag: async () =>
      source.feed.lag(known ?? (await destination.applier.place(name, await source.feed.storeId()))),
  }
}
