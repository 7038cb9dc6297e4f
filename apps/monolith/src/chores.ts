import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@emotibot/service-kit'
import { purgeSessions } from './auth/sessions.ts'
import { tidyIndex } from './store/search-index.ts'
import type { Store } from './store/store.ts'
import { purgeAnswers } from './store/writes/purge-answers.ts'

/** Goes as far as there is to go; one that fails or is stopped is taken up by its next call. */
type Chore = (stop: AbortSignal) => Promise<void>

export type ChoresDeps = {
  readonly store: Store
  readonly followTombstones: Chore
  readonly followTurns: Chore
  readonly completePending: Chore
  readonly now: () => number
  readonly logger: Logger
}

/** A page waits for what its user does elsewhere. */
const FOLLOW_TURNS_EVERY_MS = 50
const FOLLOW_TOMBSTONES_EVERY_MS = 1_000
const COMPLETE_EVERY_MS = 1_000
const PURGE_EVERY_MS = 60_000
const AFTER_FAILURE_MS = 1_000

/** What nobody asks for: finishing what a crash or the other side left to do, and forgetting what is past its time. */
export function createChores({ store, now, logger, ...chores }: ChoresDeps) {
  const stopping = new AbortController()
  const { signal: stop } = stopping
  const attempt = (chore: (stop: AbortSignal) => unknown) => async () => {
    try {
      if (!stop.aborted) await chore(stop)
    } catch (cause) {
      logger.error({ err: cause }, 'a chore failed and is tried again later')
      await pause(AFTER_FAILURE_MS, stop)
    }
  }
  const purge = [
    attempt(() => purgeAnswers(store, now())),
    attempt(() => purgeSessions(store, now())),
    attempt(() => store.tidy(tidyIndex)),
  ]
  const every = (everyMs: number, chore: Chore) => repeat([attempt(chore)], { everyMs, stop })
  let loops: Promise<unknown> = Promise.resolve()

  return {
    start() {
      loops = Promise.all([
        every(FOLLOW_TURNS_EVERY_MS, chores.followTurns),
        every(FOLLOW_TOMBSTONES_EVERY_MS, chores.followTombstones),
        every(COMPLETE_EVERY_MS, chores.completePending),
        pause(PURGE_EVERY_MS, stop).then(() => repeat(purge, { everyMs: PURGE_EVERY_MS, stop })),
      ])
    },
    /** Breaks off the chore at hand where it can be taken up again. */
    async stop() {
      stopping.abort()
      await loops
    },
  }
}

type Round = { readonly everyMs: number; readonly stop: AbortSignal }

async function repeat(chores: readonly (() => Promise<void>)[], { everyMs, stop }: Round): Promise<void> {
  while (!stop.aborted) {
    for (const chore of chores) await chore()
    await pause(everyMs, stop)
  }
}

async function pause(ms: number, stop: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal: stop, ref: false }).catch(() => undefined)
}
