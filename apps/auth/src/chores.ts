import { setInterval } from 'node:timers'
import type { Logger } from '@emotibot/service-kit'
import type { Store } from '@emotibot/service-store'
import { purgeAnswers } from '@emotibot/service-store'
import type { KeyRing } from './keys/key-ring.ts'
import { keptAnswers } from './schema.ts'
import { purgeSessions } from './sessions.ts'

export type ChoreDeps = {
  readonly store: Store
  readonly ring: KeyRing
  readonly now: () => number
  readonly logger: Logger
}

/** Often, because a replica's new key must be known to all the others before it signs. */
const EVERY_MS = 60_000

/** What is done beside requests: keys are kept fresh, and what is past its time is removed in small steps. */
export function createChores({ store, ring, now, logger }: ChoreDeps) {
  let running: Promise<void> = Promise.resolve()

  async function runOnce(): Promise<void> {
    try {
      await ring.refresh()
      await purgeAnswers(store, { answers: keptAnswers, group: 'auth', nowMs: now() })
      await purgeSessions(store, now())
    } catch (err) {
      logger.warn({ err }, 'chores were left for the next time')
    }
  }
  const timer = setInterval(() => {
    running = running.then(runOnce)
  }, EVERY_MS).unref()

  return {
    async stop(): Promise<void> {
      clearInterval(timer)
      await running
    },
  }
}
