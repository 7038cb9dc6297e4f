import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@emotibot/service-kit'
import { purgeAnswers, type Store } from '@emotibot/service-store'
import { createRemoveDeparted } from './departures.ts'
import { purgeLeases } from './jobs/leases.ts'
import type { TurnJobs } from './jobs/turn-jobs.ts'
import { answers } from './schema.ts'

export type ChoreDeps = {
  readonly store: Store
  readonly jobs: TurnJobs
  readonly now: () => number
  readonly logger: Logger
}

const SWEEP_EVERY_MS = 1_000
const PURGE_EVERY_MS = 60_000

/** What nobody asks for: finishing what is pending, removing what is of nobody, forgetting what is past its time. */
export function createChores({ store, jobs, now, logger }: ChoreDeps) {
  const stopping = new AbortController()
  const { signal: stop } = stopping
  const removeDeparted = createRemoveDeparted(store)
  let loops: Promise<unknown> = Promise.resolve()

  async function attempt(chore: () => Promise<unknown>): Promise<void> {
    try {
      await chore()
    } catch (err) {
      logger.warn({ err }, 'a chore was left for the next time')
    }
  }

  async function repeat(everyMs: number, chore: () => Promise<unknown>): Promise<void> {
    while (!stop.aborted) {
      await attempt(chore)
      await delay(everyMs, undefined, { signal: stop, ref: false }).catch(() => undefined)
    }
  }

  return {
    start() {
      loops = Promise.all([
        repeat(SWEEP_EVERY_MS, () => jobs.sweep()),
        repeat(SWEEP_EVERY_MS, () => removeDeparted(stop)),
        repeat(PURGE_EVERY_MS, () => purgeAnswers(store, { answers, group: 'conversation', nowMs: now() })),
        repeat(PURGE_EVERY_MS, () => purgeLeases(store)),
      ])
    },
    /** Breaks off the chore at hand where it can be taken up again. */
    async stop(): Promise<void> {
      stopping.abort()
      await loops
    },
  }
}
