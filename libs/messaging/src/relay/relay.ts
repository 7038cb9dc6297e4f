// A service's feed, told to every consumer. Each line goes its own way, so that a dead consumer holds up nobody else:
//
//            ┌────────────── moved ──────────────┐
//            ▼                                   │
//   lead? ─► place ─► page of the feed ─► send ─► keep          nothing new: wait a little, or be woken
//     │        ▲                           │
//     │        └── the consumer's place ◄──┘ gap                fault: wait longer and longer, with jitter
//     └─ another process does: ask again in a second
//
// Killed between any two steps it sends something again, and loses nothing: the place is kept after the consumer has it.
import { backoffMs } from '../backoff.ts'
import { type Bell, createBell } from '../bell.ts'
import type { Line, Transport } from '../transport.ts'
import { createLinePasses, type LinePasses } from './line-passes.ts'
import type { OutboxLag, OutboxReader } from './outbox-reader.ts'
import type { RelayKeeper } from './relay-keeper.ts'

export type RelayOptions = {
  readonly outbox: OutboxReader
  readonly keeper: RelayKeeper
  readonly transport: Transport
  readonly onEvent?: (event: RelayEvent) => void
  /** Entries of the feed that one batch is made from, at most. 200 unless told. */
  readonly batchSize?: number
  /** From 0 to 1; spreads what several processes try again. */
  readonly random?: () => number
}

export type RelayEvent =
  | { readonly event: 'delivered'; readonly consumer: string; readonly events: number }
  /** The consumer stands elsewhere; the relay goes on from there. */
  | { readonly event: 'gap'; readonly consumer: string; readonly at: string }
  | {
      readonly event: 'fault'
      readonly consumer: string
      readonly error: unknown
      readonly pauseMs: number
    }

export type LineStatus = {
  readonly consumer: string
  /** `standing by`: another process of this service relays to it. */
  readonly state: 'relaying' | 'standing by' | 'faulty'
  readonly reason: string | null
  readonly place: string | null
}

/** Sends a service's events to every consumer, in order, at least once, until aborted. Never blocks the service. */
export type Relay = {
  /** Goes on until aborted; never throws. The keeper and the transport are the caller's to close after it. */
  run(signal: AbortSignal): Promise<void>
  /** There is news: the next look is now. */
  wake(): void
  status(): readonly LineStatus[]
  /** How far every consumer is behind, as far as this process knows; asked of the database, for a gauge. */
  lag(): Promise<readonly (OutboxLag & { readonly consumer: string })[]>
}

const IDLE_MS = { least: 5, most: 100 }
const STANDING_BY_MS = 1_000

export function createRelay(options: RelayOptions): Relay {
  const runners = options.transport.lines.map((line) => createRunner(line, options))
  return {
    run: async (signal) => {
      await Promise.all(runners.map((runner) => runner.run(signal)))
    },
    wake: () => {
      for (const { bell } of runners) bell.ring()
    },
    status: () => runners.map((runner) => runner.status()),
    lag: () =>
      Promise.all(
        runners.map(async ({ passes, consumer }) => ({
          consumer,
          ...(await options.outbox.lag(passes.place() ?? '')),
        })),
      ),
  }
}

type Runner = {
  readonly consumer: string
  readonly bell: Bell
  readonly passes: LinePasses
  run(signal: AbortSignal): Promise<void>
  status(): LineStatus
}

function createRunner(line: Line, options: RelayOptions): Runner {
  const { onEvent, random = Math.random } = options
  const { consumer } = line
  const bell = createBell()
  const passes = createLinePasses(line, options)
  let state: LineStatus['state'] = 'standing by'
  let reason: string | null = null
  line.onGap?.(async (at) => {
    await options.keeper.goBack(consumer, at)
    passes.askAgain()
    bell.ring()
  })

  async function run(signal: AbortSignal): Promise<void> {
    let idleMs = IDLE_MS.least
    let faults = 0
    while (!signal.aborted) {
      try {
        const passed = await passes.pass()
        state = passed === 'standing by' ? 'standing by' : 'relaying'
        reason = null
        faults = 0
        idleMs = passed === 'moved' ? IDLE_MS.least : Math.min(IDLE_MS.most, idleMs * 2)
        if (passed !== 'moved') await bell.wait(passed === 'idle' ? idleMs : STANDING_BY_MS, signal)
      } catch (error) {
        faults += 1
        const pauseMs = backoffMs(faults, random)
        state = 'faulty'
        reason = error instanceof Error ? error.message : String(error)
        passes.askAgain()
        onEvent?.({ event: 'fault', consumer, error, pauseMs })
        await bell.wait(pauseMs, signal)
      }
    }
  }

  return { consumer, bell, passes, run, status: () => ({ consumer, state, reason, place: passes.place() }) }
}
