import type { InboxEvent } from '@emotibot/messaging'
import type { Logger } from '@emotibot/service-kit'

/** A dead letter waits for a person; all else goes on by itself. */
export function logInboxEvent(logger: Logger, event: InboxEvent): void {
  if (event.event === 'dead letter')
    logger.error(event, 'an event could not be taken in and is a dead letter')
  else if (event.event === 'taken') logger.debug(event, 'events were taken in')
  else logger.warn(event, 'events were not taken in')
}
