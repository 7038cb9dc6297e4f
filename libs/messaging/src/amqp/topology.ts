// What stands in the broker for one consumer of one source. Whoever comes first declares it; all declare the same.
//
//   relay ──confirm──► emotibot.SOURCE.CONSUMER ──one at a time──► consumer ──after its commit──► ack
//     ▲                     │ no batch at all, or delivered too often
//     │                     └─► exchange emotibot.dead ─► emotibot.SOURCE.CONSUMER.dead
//     └──────────────── emotibot.SOURCE.CONSUMER.back ◄── "I stand at …": what follows is missing
import type { Channel } from 'amqplib'

export type Queues = { readonly batches: string; readonly back: string; readonly dead: string }

export function queuesOf(source: string, consumer: string, prefix = 'emotibot'): Queues {
  const batches = `${prefix}.${source}.${consumer}`
  return { batches, back: `${batches}.back`, dead: `${batches}.dead` }
}

const DEAD_EXCHANGE = 'emotibot.dead'
/** A batch that brought its consumer down so often is taken out of the way; the gap it leaves has it sent again. */
const DELIVERY_LIMIT = 20
/** Batches. A full queue refuses more, and the relay waits: its feed keeps them anyway. */
const MOST_WAITING = 10_000
const QUORUM = { 'x-queue-type': 'quorum' }

export async function declareQueues(channel: Channel, { batches, back, dead }: Queues): Promise<void> {
  await channel.assertExchange(DEAD_EXCHANGE, 'direct', { durable: true })
  await channel.assertQueue(dead, { durable: true, arguments: { ...QUORUM, 'x-max-length': MOST_WAITING } })
  await channel.bindQueue(dead, DEAD_EXCHANGE, batches)
  await channel.assertQueue(back, {
    durable: true,
    arguments: { ...QUORUM, 'x-single-active-consumer': true, 'x-max-length': 100 },
  })
  await channel.assertQueue(batches, {
    durable: true,
    arguments: {
      ...QUORUM,
      'x-single-active-consumer': true,
      'x-delivery-limit': DELIVERY_LIMIT,
      'x-dead-letter-exchange': DEAD_EXCHANGE,
      'x-dead-letter-routing-key': batches,
      'x-max-length': MOST_WAITING,
      'x-overflow': 'reject-publish',
    },
  })
}
