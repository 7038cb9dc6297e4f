import type { Logger } from '@emotibot/service-kit'
import type { PumpEvent } from '@emotibot/sync'

export type MoverEvents = ReturnType<typeof createEvents>

/** What somebody may want to know: each is logged in one place. Only what a person must see to is an error. */
export function createEvents(logger: Logger) {
  return {
    waits: (domain: string, reason: string) =>
      logger.warn({ domain, reason }, 'a store cannot be opened: waiting for it'),
    opened: (domain: string) => logger.info({ domain }, 'both stores are open'),
    begins: (domain: string) => logger.info({ domain }, 'the two stores are kept in step'),
    backfilled: (domain: string) => logger.info({ domain }, 'every row there was is in the feed'),
    backfillFailed: (domain: string, err: unknown) =>
      logger.error({ domain, err }, 'the backfill failed, and is tried again'),
    replaced: (domain: string) => logger.warn({ domain }, 'the file was replaced: it is opened anew'),
    pumped: (domain: string, from: string, event: PumpEvent) => {
      if (event.event === 'stopped')
        logger.error({ domain, from, err: event.error }, 'a feed stopped, and needs a person')
      else if (event.event === 'fault')
        logger.warn({ domain, from, err: event.error, pauseMs: event.pauseMs }, 'a feed is tried again')
      else if (event.counts.setAside + event.counts.conflicts > 0)
        logger.error({ domain, from, ...event.counts }, 'changes were set aside, or are in conflict')
    },
  }
}
