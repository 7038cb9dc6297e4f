import type { Logger } from '@emotibot/service-kit'
import { purgeSessions } from './auth/sessions.ts'
import { recoverReplies } from './conversation/recover-replies.ts'
import type { Replies } from './conversation/replies.ts'
import { tidyIndex } from './store/search-index.ts'
import type { Store } from './store/store.ts'
import { purgeAnswers } from './store/writes/idempotency.ts'

export type ChoresDeps = {
  readonly store: Store
  readonly replies: Replies
  readonly finishDeletions: (stop: AbortSignal) => Promise<void>
  readonly now: () => number
  readonly logger: Logger
}

const PURGE_EVERY_MS = 60_000

/** What nobody asks for: at the start, finishing what a crash left; from then on, forgetting what is past its time. */
export function createChores({ store, replies, finishDeletions, now, logger }: ChoresDeps) {
  const stopping = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let underWay: Promise<void> = Promise.resolve()

  function run(chore: (stop: AbortSignal) => unknown): void {
    underWay = underWay
      .then(() => (stopping.signal.aborted ? undefined : chore(stopping.signal)))
      .then(() => undefined)
      .catch((cause: unknown) => logger.error({ err: cause }, 'a chore failed and is tried again later'))
  }

  return {
    start() {
      run(finishDeletions)
      run((stop) => recoverReplies(store, replies, stop))
      timer = setInterval(() => {
        run(() => purgeAnswers(store, now()))
        run(() => purgeSessions(store, now()))
        run(() => store.write({ group: 'conversation', partition: '' }, tidyIndex))
      }, PURGE_EVERY_MS).unref()
    },
    /** Breaks off the chore at hand where it can be taken up again. */
    async stop() {
      stopping.abort()
      clearInterval(timer)
      await underWay
    },
  }
}
