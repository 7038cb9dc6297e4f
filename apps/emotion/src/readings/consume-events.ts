import { type AmqpConsumerEvent, createAmqpConsumer, type Inbox } from '@emotibot/messaging'
import type { Logger } from '@emotibot/service-kit'

export type ConsumeOptions = {
  /** Of the broker; empty where events are pushed by HTTP. */
  readonly url: string
  readonly inbox: Inbox
  readonly logger: Logger
}

export type EventConsumer = { start(): void; stop(): Promise<void> }

/** Takes in what the broker has for this service; of several processes one at a time does. */
export function consumeEvents({ url, inbox, logger }: ConsumeOptions): EventConsumer {
  const stopping = new AbortController()
  let running: Promise<void> = Promise.resolve()
  return {
    start() {
      if (url === '') return
      const consumer = createAmqpConsumer({
        url,
        source: 'conversation',
        consumer: 'emotion',
        inbox,
        onEvent: (event) => logConsumerEvent(logger, event),
      })
      running = consumer.run(stopping.signal)
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}

/** A batch that is none was refused for good, and waits in the broker for a person. */
function logConsumerEvent(logger: Logger, told: AmqpConsumerEvent): void {
  if (told.event === 'malformed')
    logger.error({ reason: told.reason }, 'the broker holds a batch that is none')
  else logger.warn({ err: told.error, pauseMs: told.pauseMs }, 'events do not come; trying again')
}
