// One direction of the mover: the source's feed applied to the destination, until aborted.
//
//            ┌─────────── something moved ───────────┐
//            ▼                                       │
//   start ─► schema as mapped? ─► pass: place → batch → changes → apply ─► nothing new: wait a little, or be woken
//            ▲                     │ fault: wait longer and longer, begin again at the recorded place
//            └──── stopped ◄───────┘ drift, another store, a restored one: until `resume`
//
// Nothing is kept here that a killed process could lose: the place is the destination's.
import { createBell } from './bell.ts'
import type { StoppedError } from './errors.ts'
import { asStopped } from './faults.ts'
import { createPassage, type PassageOptions } from './passage.ts'
import type { Place } from './position.ts'
import { createRetrier } from './retrier.ts'
import { type Counts, type Lag, NO_COUNTS } from './store.ts'

export type PumpOptions = PassageOptions & { readonly onEvent?: (event: PumpEvent) => void }

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
  /** How much there is to apply, counted to `most` at most. */
  lag(most?: number): Promise<Lag>
}

const IDLE_MS = { least: 2, most: 40 }
const FAULT_MS = { least: 5, most: 2_000 }

export function createPump(options: PumpOptions): Pump {
  const { onEvent } = options
  const passage = createPassage(options)
  const retrier = createRetrier(options)
  const bell = createBell()
  const total = { ...NO_COUNTS }
  let trouble: { state: 'faulty' | 'stopped'; reason: string } | null = null

  function count(counts: Counts): void {
    for (const kind of Object.keys(total) as (keyof Counts)[]) total[kind] += counts[kind]
  }

  /** Whether anything moved. */
  async function passOnce(): Promise<boolean> {
    const passed = await passage.pass(bell.hasRung())
    if (typeof passed === 'object') {
      count(passed.counts)
      retrier.note(passed.counts)
      onEvent?.({ event: 'applied', counts: passed.counts, tookMs: passed.tookMs })
    }
    count(await retrier.retryWhenDue())
    return passed !== 'idle'
  }

  /** Answers how long to wait. */
  function note(error: unknown, pauseMs: number): number {
    passage.forget()
    const stopped = asStopped(error)
    const { message } = stopped ?? (error instanceof Error ? error : new Error(String(error)))
    trouble = { state: stopped ? 'stopped' : 'faulty', reason: message }
    onEvent?.(stopped ? { event: 'stopped', error: stopped } : { event: 'fault', error, pauseMs })
    return stopped ? Number.POSITIVE_INFINITY : pauseMs
  }

  async function run(signal: AbortSignal): Promise<void> {
    let idleMs = IDLE_MS.least
    let faultMs = FAULT_MS.least
    while (!signal.aborted) {
      try {
        idleMs = (await passOnce()) ? IDLE_MS.least : Math.min(IDLE_MS.most, idleMs * 2)
        faultMs = FAULT_MS.least
        trouble = null
        if (idleMs > IDLE_MS.least) await bell.wait(idleMs, signal)
      } catch (error) {
        await bell.wait(note(error, faultMs), signal)
        faultMs = Math.min(FAULT_MS.most, faultMs * 2)
      }
    }
  }

  return {
    run,
    wake: () => {
      if (trouble?.state !== 'stopped') bell.ring()
    },
    resume: () => bell.ring(),
    status: () => ({
      state: trouble?.state ?? 'running',
      reason: trouble?.reason ?? null,
      place: passage.place(),
      counts: { ...total },
    }),
    lag: (most) => passage.lag(most),
  }
}
