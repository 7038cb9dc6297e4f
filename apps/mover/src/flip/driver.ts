// Drives flips of one domain, or of several at once: look at both stores and the ledger, decide (`nextStep` of libs/sync), do it, look again.
//
//          ┌──────────── something to do ────────────┐
//          ▼                                         │
//   look: rows → ledger → set aside ─► decide ─► step ─► (recorded: acknowledge)
//          ▲                   │ nothing
//          └── news, or a second
//
// Beginning, going on after a crash, undoing, and settling what a dead driver left are all this loop. What it keeps in
// memory saves it a question and no more, so it may end between any two lines, and any number may run.
import type { FlipProgress } from '@emotibot/contracts'
import type { FlipStep, OpenFlip } from '@emotibot/flags'
import { type CrossingStep, createBell, nextStep } from '@emotibot/sync'
import type { MoverEvents } from '../events.ts'
import type { FlipLedger } from './flip-ledger.ts'
import { createObserver, type Look, type Memory, type Observed } from './observe.ts'
import { createPerformer, type Done, type Performer } from './perform.ts'
import type { Scope } from './scope.ts'

/** For tests that kill, freeze or fail a driver at a step. */
export type StepHook = (step: FlipStep, when: 'before' | 'after') => Promise<void>

export type DriverOptions = {
  readonly scope: Scope
  readonly ledger: FlipLedger
  readonly budgetMs: number
  readonly events: MoverEvents
  readonly onStep?: StepHook
}

export type FlipDriver = {
  /** Until aborted; never throws. */
  run(signal: AbortSignal): Promise<void>
  /** The flip that is open, and the step this driver is at, or was last. */
  progress(): FlipProgress | null
}

const IDLE_MS = 1_000
/** Nothing to do just now, and somebody waits for it to end. */
const WAITING_MS = 50
/** Another driver was first, or a lock was not had. */
const BUSY_MS = 5
const FAULT_MS = { least: 20, most: 1_000 }
/** Rows of two moments make no sense together for a moment only. */
const ODD_FOR_MS = 1_000

/** While requests wait, only what is not known already is asked. */
const LOOK_AFTER: Partial<Record<FlipStep, Look>> = { giveUp: 'nothing', applied: 'rest', open: 'nothing' }

type Progress = { readonly id: string; readonly step: FlipStep | 'look'; readonly sinceMs: number }

export function createFlipDriver(options: DriverOptions): FlipDriver {
  const { ledger, scope, events, onStep } = options
  const domain = scope.name
  const observer = createObserver(options)
  const bell = createBell()
  const memory: Memory = { applied: new Map(), obstacle: null }
  let progress: Progress | null = null
  let oddSinceMs: number | null = null
  let nextLook: Look = 'all'

  async function during(step: FlipStep, flip: OpenFlip | null, work: () => Promise<Done>): Promise<Done> {
    const startedAtMs = performance.now()
    progress = flip && { id: flip.flip, step, sinceMs: startedAtMs }
    await onStep?.(step, 'before')
    const done = await work()
    events.flipStep({ domain, flip: flip?.flip ?? null, step, ms: since(startedAtMs), outcome: done.outcome })
    await onStep?.(step, 'after')
    return done
  }

  /** Answers how long to wait before the next look. */
  async function round(performer: Performer): Promise<number> {
    const what = nextLook
    nextLook = 'all'
    const observed = await observer.look(memory, what)
    const { flip } = observed
    if (flip === null) progress = null
    else if (progress?.id !== flip.flip)
      progress = { id: flip.flip, step: 'look', sinceMs: performance.now() }
    const plan = asOdd(nextStep(observed.view), observed)
    if (plan.step === 'nothing') return pauseAfter(observed, what)
    const done = await during(plan.step, flip, () => performer.perform({ plan, flip, memory }))
    if (flip && (plan.step === 'record' || plan.step === 'abandon'))
      await end(performer, { flip, plan, done })
    if (done.outcome !== 'done') return BUSY_MS
    if ('side' in plan && done.rows) observer.note(plan.side, done.rows)
    nextLook = LOOK_AFTER[plan.step] ?? 'all'
    return 0
  }

  function pauseAfter({ flip, hasGap }: Observed, what: Look): number {
    if (what !== 'all') return 0
    return flip || hasGap ? WAITING_MS : IDLE_MS
  }

  type Ended = {
    readonly flip: OpenFlip
    readonly plan: Extract<CrossingStep, { step: 'record' | 'abandon' }>
    readonly done: Done
  }

  async function end(performer: Performer, { flip, plan, done }: Ended): Promise<void> {
    const { version } = done
    if (version === undefined) return events.flipContradicted({ domain, flip: flip.flip, step: plan.step })
    const isDone = plan.step === 'record'
    const reason = isDone ? null : plan.reason
    const outcome = isDone ? 'done' : 'abandoned'
    events.flipEnded({ domain, flip: flip.flip, outcome, reason, heldMs: flip.heldMs })
    memory.applied.clear()
    if (isDone) await during('acknowledge', flip, () => performer.acknowledge(flip.flip, version))
    progress = null
  }

  /** A flip that has not begun cannot begin on rows that stay odd; one that has waits for a person. */
  function asOdd(plan: CrossingStep, { flip }: Observed): CrossingStep {
    const isOdd = plan.step === 'nothing' && plan.odd.length > 0
    oddSinceMs = isOdd ? (oddSinceMs ?? performance.now()) : null
    if (!isOdd || performance.now() - (oddSinceMs ?? 0) < ODD_FOR_MS) return plan
    events.odd(domain, plan.odd)
    const reason = `the authority rows of ${plan.odd.join(', ')} do not fit together`
    return flip?.state === 'ordered' ? { step: 'abandon', reason } : plan
  }

  return {
    run: async (signal) => {
      const stopListening = ledger.onNews(bell.ring)
      const performer = createPerformer({ ...options, signal })
      let faultMs = FAULT_MS.least
      while (!signal.aborted) {
        bell.hasRung()
        try {
          const pauseMs = await round(performer)
          faultMs = FAULT_MS.least
          if (pauseMs > 0) await bell.wait(pauseMs, signal)
        } catch (error) {
          events.flipFault(domain, error)
          await bell.wait(faultMs, signal)
          faultMs = Math.min(FAULT_MS.most, faultMs * 2)
        }
      }
      stopListening()
    },
    progress: () => progress && { id: progress.id, step: progress.step, for_ms: since(progress.sinceMs) },
  }
}

const since = (atMs: number): number => Math.round((performance.now() - atMs) * 10) / 10
