import type { VerifyStatus } from '@emotibot/contracts'
import type { Logger } from '@emotibot/service-kit'
import type { FoldClash, PumpEvent } from '@emotibot/sync'
import { createFlipEvents } from './flip/flip-events.ts'

export type MoverEvents = ReturnType<typeof createEvents>

/** What somebody may want to know: each is logged in one place. Only what a person must see to is an error. */
export function createEvents(logger: Logger) {
  return {
    ...createFlipEvents(logger),
    waits: (domain: string, reason: string) =>
      logger.warn({ domain, reason }, 'a store cannot be opened: waiting for it'),
    opened: (domain: string) => logger.info({ domain }, 'both stores are open'),
    begins: (domain: string) => logger.info({ domain }, 'the two stores are kept in step'),
    clashes: (domain: string, { entity, name, folded, keys }: FoldClash) =>
      logger.warn({ domain, entity, name, folded, keys }, 'names that differ as written are one when folded'),
    backfilled: (domain: string) => logger.info({ domain }, 'every row there was is in the feed'),
    backfillFailed: (domain: string, err: unknown) =>
      logger.error({ domain, err }, 'the backfill failed, and is tried again'),
    departuresFault: (domain: string, err: unknown) =>
      logger.warn({ domain, err }, 'who is gone could not be told to the service: trying again'),
    replaced: (domain: string) => logger.warn({ domain }, 'the file was replaced: it is opened anew'),
    compared: (domain: string, { state, compared, difference_count, unsettled, repaired }: VerifyStatus) =>
      logger.info(
        { domain, state, compared, difference_count, unsettled, repaired },
        'both stores were compared',
      ),
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
