import { openPostgres } from '@emotibot/db'
import {
  createAmqpTransport,
  createHttpTransport,
  createRelay,
  createRelayKeeper,
  type RelayEvent,
  type Transport,
} from '@emotibot/messaging'
import { createServiceToken, type Logger } from '@emotibot/service-kit'
import { createPostgresOutbox } from '@emotibot/sync'
import type { ConversationConfig } from '../config.ts'
import { eventOf } from '../events.ts'
import { readToldTurns } from './read-told-turns.ts'

const SOURCE = 'conversation'
/** Who takes our events in by the broker. */
const CONSUMERS = ['emotion']

/** Tells every turn that changed, whichever side changed it, to the services that listen. */
export function startRelay(config: ConversationConfig, logger: Logger): { stop(): Promise<void> } {
  const stopping = new AbortController()
  // Apart from the store's, for drizzle changes how its client reads and writes.
  const client = openPostgres(config.databaseUrl, { applicationName: 'conversation-events', max: 2 })
  const keeper = createRelayKeeper(config.databaseUrl)
  const transport = createTransport(config, logger)
  const outbox = createPostgresOutbox(client, {
    source: SOURCE,
    entities: ['turn'],
    async eventsOf(tx, entries) {
      const turns = await readToldTurns(
        tx,
        entries.map(({ key }) => key),
      )
      return entries
        .map((entry) => eventOf(entry, turns.get(entry.key) ?? null))
        .filter((one) => one !== null)
    },
  })
  const relay = createRelay({ outbox, keeper, transport, onEvent: (event) => report(event, logger) })
  const running = relay.run(stopping.signal)

  return {
    async stop() {
      stopping.abort()
      await running
      await Promise.all([transport.close(), keeper.close(), client.end({ timeout: 5 })])
    },
  }
}

function createTransport(config: ConversationConfig, logger: Logger): Transport {
  const { amqpUrl, legacyJwtSecret: secret, eventSubscribers: subscribers } = config
  if (amqpUrl !== '') {
    const onFault = (err: unknown) => logger.warn({ err }, 'consumers of events cannot be heard just now')
    return createAmqpTransport({ url: amqpUrl, source: SOURCE, consumers: CONSUMERS, onFault })
  }
  const tokenFor = (audience: string) => createServiceToken({ secret, caller: SOURCE, audience })
  return createHttpTransport({ subscribers, tokenFor })
}

function report(event: RelayEvent, logger: Logger): void {
  if (event.event === 'fault') {
    const { consumer, error: err, pauseMs } = event
    logger.warn({ err, consumer, pauseMs }, 'events were not delivered and are sent again')
  } else if (event.event === 'gap') {
    logger.warn(
      { consumer: event.consumer, at: event.at },
      'a consumer stands elsewhere and is told from there',
    )
  }
}
