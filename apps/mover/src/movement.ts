import { setTimeout as delay } from 'node:timers/promises'
import {
  type AnyEntity,
  createPump,
  findFoldClashes,
  type Pump,
  type PumpOptions,
  runBackfill,
  type Store,
} from '@emotibot/sync'
import type { MoverEvents } from './events.ts'
import type { OpenSides } from './sides.ts'

export type MovementOptions = {
  readonly domain: string
  readonly entities: readonly AnyEntity[]
  readonly sides: OpenSides
  readonly events: MoverEvents
  /** What else goes on from the backfill on, until aborted. */
  readonly beside?: (signal: AbortSignal) => Promise<void>
}

/** One direction, and where it leads. */
export type Direction = {
  readonly name: string
  readonly source: Store
  readonly destination: Store
  readonly pump: Pump
}

/** What goes on between two open stores. */
export type Movement = {
  readonly sides: OpenSides
  readonly entities: readonly AnyEntity[]
  readonly directions: readonly Direction[]
  /** Ends when it is aborted, or when the monolith's file is another one. */
  run(signal: AbortSignal): Promise<void>
  hasBegun(): Promise<boolean>
  /** Whether every row there was is in the feed. */
  isBackfilled(): Promise<boolean>
  /** Asks both feeds to record how far they are. */
  wake(): void
  /** Begins the backfill, durably; whoever runs goes on with it. */
  begin(): Promise<void>
}

const LOOK_EVERY_MS = 200
const TRY_AGAIN_MS = 1_000
/** The copy waits for the destination beyond this, so that users' own changes do not queue behind it. */
const MOST_BEHIND = 4_000

export function createMovement({ domain, entities, sides, events, beside }: MovementOptions): Movement {
  const { monolith, service, names } = sides
  const direct = (options: Pick<PumpOptions, 'name' | 'source' | 'destination'>): Direction => ({
    ...options,
    pump: createPump({
      ...options,
      entities,
      onEvent: (event) => events.pumped(domain, options.name, event),
    }),
  })
  const there = direct({ name: names.monolith, source: monolith, destination: service })
  const back = direct({ name: names.service, source: service, destination: monolith })
  const [first] = entities

  async function hasBegun(): Promise<boolean> {
    const state = first && (await monolith.copies.backfill(first.name))
    return state !== undefined && (state.isFinished || state.cursor !== null)
  }

  async function isBackfilled(): Promise<boolean> {
    const states = await Promise.all(entities.map(({ name }) => monolith.copies.backfill(name)))
    return states.every(({ isFinished }) => isFinished)
  }

  /** After the copy, which need not wait for it: nothing is merged, whatever it finds. */
  async function listClashes(): Promise<void> {
    for (const clash of await findFoldClashes(monolith, entities)) events.clashes(domain, clash)
  }

  async function untilBegun(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !(await hasBegun())) await rest(LOOK_EVERY_MS, signal)
  }

  async function backfill(signal: AbortSignal): Promise<void> {
    const isBehind = async () => (await there.pump.lag(MOST_BEHIND + 1)).entries > MOST_BEHIND
    while (!signal.aborted) {
      try {
        const isNew = !(await isBackfilled())
        if (!(await runBackfill({ source: monolith, entities, signal, isBehind }))) continue
        if (isNew) await listClashes()
        return events.backfilled(domain)
      } catch (error) {
        events.backfillFailed(domain, error)
      }
      await rest(TRY_AGAIN_MS, signal)
    }
  }

  async function run(signal: AbortSignal): Promise<void> {
    const ending = new AbortController()
    const either = AbortSignal.any([signal, ending.signal])
    const watching = watchFile(either).finally(() => ending.abort())
    try {
      await untilBegun(either)
      if (!either.aborted) events.begins(domain)
      await Promise.all([there.pump.run(either), back.pump.run(either), backfill(either), beside?.(either)])
    } finally {
      ending.abort()
      await watching
    }
  }

  async function watchFile(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (sides.isFileReplaced()) return events.replaced(domain)
      await rest(LOOK_EVERY_MS, signal)
    }
  }

  return {
    sides,
    entities,
    directions: [there, back],
    run,
    hasBegun,
    isBackfilled,
    wake: () => {
      there.pump.wake()
      back.pump.wake()
    },
    begin: async () => {
      if (!first || (await hasBegun())) return
      await monolith.copies.backfillStep(first.name, 1)
    },
  }
}

/** Ends early when aborted. */
async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined)
}
