// One domain between its two stores:
//
//   waiting ── both stores open ──► idle ── backfill begun ──► moving: two pumps, and the backfill until it is done
//      ▲                                                          │
//      └──────────── the monolith's file was replaced ◄───────────┘
//
// Whether the backfill was begun, and how far it came, is in the monolith's file; places are in the destinations. So
// nothing is kept here, and a killed mover goes on where it was.
import { setTimeout as delay } from 'node:timers/promises'
import type { FlipProgress } from '@emotibot/contracts'
import { type Comparison, createComparison } from './comparison.ts'
import { followDepartures } from './departures/departures.ts'
import type { MoverEvents } from './events.ts'
import { createFlipDriver, type FlipDriver, type StepHook } from './flip/driver.ts'
import type { FlipLedger } from './flip/flip-ledger.ts'
import { type CarvedGroups, carvedGroups } from './flip/flip-plan.ts'
import { singleScope } from './flip/scope.ts'
import { createMovement, type Movement } from './movement.ts'
import { openSides, type SidesOptions } from './sides.ts'

export type CarveOutOptions = SidesOptions & {
  readonly events: MoverEvents
  /** Whose flips are driven; null: none are. */
  readonly ledger: FlipLedger | null
  readonly flipBudgetMs: number
  /** Whether its service is told which users are gone. */
  readonly followsDepartures: boolean
  readonly onStep?: StepHook
  /** What else is carved out here: a flip of several domains is not driven by that of one. */
  readonly others: readonly CarvedGroups[]
}

export type CarveOut = {
  readonly domain: string
  readonly carved: CarvedGroups
  /** What goes on between the open stores; null while they are waited for. */
  movement(): Movement | null
  /** Why the stores are waited for. */
  waitsBecause(): string | null
  /** The flip that is open, and what is done about it; null when none is, or none is driven. */
  flip(): FlipProgress | null
  readonly comparison: Comparison
  start(): void
  stop(): Promise<void>
}

const OPEN_AGAIN_MS = 500

export function createCarveOut(options: CarveOutOptions): CarveOut {
  const { domain, events, ledger } = options
  const carved = carvedGroups(domain, options.entities)
  const stopping = new AbortController()
  let movement: Movement | null = null
  let driver: FlipDriver | null = null
  let reason: string | null = 'not opened yet'
  let running: Promise<void> = Promise.resolve()

  async function moveOnce(): Promise<void> {
    const sides = await openSides(options)
    try {
      events.opened(domain)
      reason = null
      movement = createMovement({
        ...options,
        sides,
        ...(options.followsDepartures ? { beside: follow } : {}),
      })
      driver = ledger && createDriver(movement, ledger)
      await runBoth(movement, driver)
    } finally {
      movement = null
      driver = null
      await sides.close()
    }
  }

  function follow(signal: AbortSignal): Promise<void> {
    const onFault = (error: unknown) => events.departuresFault(domain, error)
    return followDepartures({ ...options, onFault }, signal)
  }

  function createDriver(over: Movement, from: FlipLedger): FlipDriver {
    const scope = singleScope({ movement: over, carved }, [carved, ...options.others])
    return createFlipDriver({ ...options, scope, ledger: from, budgetMs: options.flipBudgetMs })
  }

  async function runBoth(over: Movement, driving: FlipDriver | null): Promise<void> {
    const ending = new AbortController()
    const signal = AbortSignal.any([stopping.signal, ending.signal])
    await Promise.all([over.run(signal).finally(() => ending.abort()), driving?.run(signal)])
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await moveOnce().catch((error: unknown) => note(error instanceof Error ? error.message : String(error)))
      await delay(OPEN_AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  function note(why: string): void {
    if (why !== reason) events.waits(domain, why)
    reason = why
  }

  return {
    domain,
    carved,
    movement: () => movement,
    waitsBecause: () => reason,
    comparison: createComparison(domain, events),
    flip: () => driver?.progress() ?? null,
    start: () => {
      running = run()
    },
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
