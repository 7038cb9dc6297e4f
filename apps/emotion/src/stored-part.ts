import { join } from 'node:path'
import { JWKS_PATH } from '@emotibot/contracts'
import { openPostgres } from '@emotibot/db'
import {
  createInternalClient,
  createTokenVerifier,
  type IsApplied,
  type Logger,
  mountRoutes,
  type Server,
} from '@emotibot/service-kit'
import { createStore, createWriteRoute } from '@emotibot/service-store'
import { createChores } from './chores.ts'
import type { EmotionConfig } from './config.ts'
import { refuseDeparted } from './departed/departed-users.ts'
import { createAskForTurn } from './feedback/ask-for-turn.ts'
import { createVerify } from './identity.ts'
import { mountFelt } from './internal/mount-felt.ts'
import { mountInbox } from './internal/mount-inbox.ts'
import { openWhenThere } from './open-when-there.ts'
import { createPositionChecks } from './positions/position-checks.ts'
import { readStanding } from './positions/read-standing.ts'
import { consumeEvents } from './readings/consume-events.ts'
import { createReadingsInbox } from './readings/readings-inbox.ts'
import { feedbackRoute } from './routes/feedback.ts'
import { trendsRoute } from './routes/trends.ts'
import { answers } from './schema.ts'
import { schemaSteps } from './schema-steps.ts'

export const STORED_ROUTES = ['emotion.trends', 'emotion.feedback'] as const

/** The routes that need the store, and all that stands behind them. */
export type StoredPart = {
  /** Of the rows that are written here. */
  readonly isApplied: IsApplied
  mount(server: Server): void
  close(): Promise<void>
}

/** Resolves also while the database is away: its routes are answered 503 until it comes. */
export async function createStoredPart(config: EmotionConfig, logger: Logger): Promise<StoredPart> {
  const now = Date.now
  const { legacyJwtSecret: secret, authUrl } = config
  const client = openPostgres(config.databaseUrl, { applicationName: 'emotion' })
  // Apart, for drizzle changes how its client writes JSON.
  const eventsClient = openPostgres(config.databaseUrl, { applicationName: 'emotion-events', max: 2 })
  const store = createStore(client)
  const inbox = createReadingsInbox({ sql: eventsClient, logger })
  const chores = createChores({ store, inbox, now, logger })
  const consumer = consumeEvents({ url: config.amqpUrl, inbox, logger })
  const opening = await openWhenThere({
    client: eventsClient,
    steps: schemaSteps,
    logger,
    onOpen() {
      chores.start()
      consumer.start()
    },
  })
  const tokens = await createTokenVerifier({
    legacySecret: secret,
    jwksUrl: authUrl === '' ? null : authUrl + JWKS_PATH,
    jwksFile: join(config.dataDir, 'emotion-jwks.json'),
    onTrouble: (what, cause) => logger.warn({ err: cause }, what),
  })
  const identity = { verify: createVerify(tokens, store), renew: null }
  const isApplied = createPositionChecks(() => readStanding({ store, inbox }))
  const write = createWriteRoute({ store, answers, now, admit: refuseDeparted })
  const askForTurn = createAskForTurn(
    createInternalClient({ url: config.internalUrl, name: 'emotion', secret }),
  )
  const handlers = {
    trends: { 'emotion.trends': trendsRoute({ store, now }) },
    feedback: { 'emotion.feedback': feedbackRoute({ store, write, askForTurn, now }) },
  }

  return {
    isApplied: async (position) => {
      opening.requireOpen()
      return isApplied.rows(position)
    },
    mount(server) {
      server.register(async (part) => {
        part.addHook('onRequest', async () => opening.requireOpen())
        mountRoutes(part, handlers.trends, { ...identity, isApplied: isApplied.trends })
        mountRoutes(part, handlers.feedback, { ...identity, isApplied: isApplied.rows })
        mountFelt(part, { store, secret, isApplied: isApplied.trends })
        mountInbox(part, inbox, secret)
      })
    },
    async close() {
      tokens.close()
      await Promise.all([opening.stop(), consumer.stop(), chores.stop()])
      await Promise.all([client.end({ timeout: 5 }), eventsClient.end({ timeout: 5 })])
    },
  }
}
