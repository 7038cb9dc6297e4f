// One domain between its two stores:
//
//   waiting ── both stores open ──► idle ── backfill begun ──► moving: two pumps, and the backfill until it is done
//      ▲                                                          │
//      └──────────── the monolith's file was replaced ◄───────────┘
//
// Whether the backfill was begun, and how far it came, is in the monolith's file; places are in the destinations. So
// nothing is kept here, and a killed mover goes on where it was.
import { setTimeout as delay } from 'node:timers/promises'
import type { MoverEvents } from './events.ts'
import { createMovement, type Movement } from './movement.ts'
import { openSides, type SidesOptions } from './sides.ts'

export type CarveOutOptions = SidesOptions & { readonly events: MoverEvents }

export type CarveOut = {
  readonly domain: string
  /** What goes on between the open stores; null while they are waited for. */
  movement(): Movement | null
  /** Why the stores are waited for. */
  waitsBecause(): string | null
  start(): void
  stop(): Promise<void>
}

const OPEN_AGAIN_MS = 500

export function createCarveOut(options: CarveOutOptions): CarveOut {
  const { domain, events } = options
  const stopping = new AbortController()
  let movement: Movement | null = null
  let reason: string | null = 'not opened yet'
  let running: Promise<void> = Promise.resolve()

  async function moveOnce(): Promise<void> {
    const sides = await openSides(options)
    try {
      events.opened(domain)
      reason = null
      movement = createMovement({ ...options, sides })
      await movement.run(stopping.signal)
    } finally {
      movement = null
      await sides.close()
    }
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
    movement: () => movement,
    waitsBecause: () => reason,
    start: () => {
      running = run()
    },
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
