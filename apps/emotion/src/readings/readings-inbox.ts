import type { Sql } from '@emotibot/db'
import { createInbox, type Inbox } from '@emotibot/messaging'
import type { Logger } from '@emotibot/service-kit'
import { createEventHandlers } from './event-handlers.ts'
import { logInboxEvent } from './log-inbox-event.ts'
import { takeAhead } from './take-ahead.ts'

export type ReadingsInboxOptions = {
  readonly sql: Sql
  readonly logger: Logger
}

/** Takes conversation's events in: what turns sound like. */
export function createReadingsInbox({ sql, logger }: ReadingsInboxOptions): Inbox {
  const ahead = new WeakSet<object>()
  const inbox = createInbox({
    sql,
    handlers: createEventHandlers((data) => ahead.has(data)),
    onEvent: (event) => logInboxEvent(logger, event),
  })
  return {
    ...inbox,
    async take(batch) {
      // What the database refuses of one turn must not cost the others: the inbox finds out which it is.
      const written = await takeAhead(sql, batch).catch(() => [])
      for (const data of written) ahead.add(data)
      return inbox.take(batch)
    },
  }
}
