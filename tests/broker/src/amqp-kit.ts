import { randomUUID } from 'node:crypto'
import { createAmqpConsumer, createAmqpTransport } from '@emotibot/messaging'
import { SOURCE, type TransportKit } from '@emotibot/messaging/testing'

/** Every stage has queues of its own. */
export type AmqpKit = TransportKit & { prefix(): string }

export function createAmqpKit(url: string): AmqpKit {
  let prefix = `test-${randomUUID()}`
  return {
    runs: 3,
    prefix: () => prefix,
    renew: () => {
      prefix = `test-${randomUUID()}`
    },
    openTransport: (consumers) => createAmqpTransport({ url, source: SOURCE, consumers, prefix }),
    startConsumer: async (name, inbox) => {
      const stopping = new AbortController()
      const consumer = createAmqpConsumer({
        url,
        source: SOURCE,
        consumer: name,
        prefix,
        inbox,
      })
      const running = consumer.run(stopping.signal)
      return {
        stop: async () => {
          stopping.abort()
          await running
        },
      }
    },
    close: async () => undefined,
  }
}
