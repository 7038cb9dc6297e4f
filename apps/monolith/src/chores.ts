import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@emotibot/service-kit'
import { purgeSessions } from './auth/sessions.ts'
import { recoverReplies } from './conversation/recover-replies.ts'
import type { Replies } from './conversation/replies.ts'
import { tidyIndex } from './store/search-index.ts'
import type { Store } from './store/store.ts'
import { purgeAnswers } from './store/writes/purge-answers.ts'
import { unlessStale } from './store/writes/unless-stale.ts'

export type ChoresDeps = {
  readonly store: Store
  readonly replies: Replies
  readonly followTombstones: (stop: AbortSignal) => Promise<void>
  readonly now: () => number
  readonly logger: Logger
}

const FOLLOW_EVERY_MS = 1_000
const PURGE_EVERY_MS = 60_000

/** What nobody asks for: finishing what a crash or the other side left to do, and forgetting what is past its time. */
export function createChores({ store, replies, followTombstones, now, logger }: ChoresDeps) {
  const stopping = new AbortController()
  const { signal: stop } = stopping
  const attempt = (chore: () => unknown) => async () => {
    try {
      if (!stop.aborted) await chore()
    } catch (cause) {
      logger.error({ err: cause }, 'a chore failed and is tried again later')
    }
  }
  const purge = [
    attempt(() => purgeAnswers(store, now())),
    attempt(() => purgeSessions(store, now())),
    attempt(() => unlessStale(() => store.write({ group: 'conversation', partition: '' }, tidyIndex))),
  ]
  let loops: Promise<unknown> = Promise.resolve()

  return {
    start() {
      loops = Promise.all([
        attempt(() => recoverReplies(store, replies, stop))(),
        repeat([attempt(() => followTombstones(stop))], { everyMs: FOLLOW_EVERY_MS, stop }),
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
