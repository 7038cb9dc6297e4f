import { setInterval } from 'node:timers'
import type { Inbox } from '@emotibot/messaging'
import type { Logger } from '@emotibot/service-kit'
import { purgeAnswers, type Store } from '@emotibot/service-store'
import { removeDeparted } from './departed/remove-departed.ts'
import { answers } from './schema.ts'

export type ChoreDeps = {
  readonly store: Store
  readonly inbox: Pick<Inbox, 'forget'>
  readonly now: () => number
  readonly logger: Logger
  /** 10 s unless given. */
  readonly everyMs?: number
}

export type Chores = { start(): void; stop(): Promise<void> }

const EVERY_MS = 10_000

/** What is done beside requests, in short steps; any number of processes may do it at once. */
export function createChores({ store, inbox, now, logger, everyMs = EVERY_MS }: ChoreDeps): Chores {
  let running: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | null = null
  let departedUpTo: string | null = null

  const chores: readonly (() => Promise<unknown>)[] = [
    async () => {
      departedUpTo = await removeDeparted(store, departedUpTo ?? '')
    },
    () => purgeAnswers(store, { answers, group: 'emotion', nowMs: now() }),
    () => inbox.forget(),
  ]

  async function runOnce(): Promise<void> {
    for (const chore of chores) {
      await chore().catch((err: unknown) => logger.warn({ err }, 'a chore was left for the next time'))
    }
  }

  return {
    start() {
      timer = setInterval(() => {
        running = running.then(runOnce)
      }, everyMs).unref()
    },
    async stop() {
      if (timer) clearInterval(timer)
      await running
    },
  }
}
