import { join } from 'node:path'
import { JWKS_PATH } from '@emotibot/contracts'
import { openPostgres } from '@emotibot/db'
import {
  createInternalClient,
  createTokenVerifier,
  type IsApplied,
  type Logger,
  type Server,
} from '@emotibot/service-kit'
import { createStore, createWriteRoute } from '@emotibot/service-store'
import { createChores } from './chores.ts'
import type { EmotionConfig } from './config.ts'
import { refuseDeparted } from './departed/departed-users.ts'
import { createAskForTurn } from './feedback/ask-for-turn.ts'
import { createVerify } from './identity.ts'
import { openWhenThere } from './open-when-there.ts'
import { createPositionChecks } from './positions/position-checks.ts'
import { readStanding } from './positions/read-standing.ts'
import { consumeEvents } from './readings/consume-events.ts'
import { createReadingsInbox } from './readings/readings-inbox.ts'
import { mountStored } from './routes/mount-stored.ts'
import { answers } from './schema.ts'
import { schemaSteps } from './schema-steps.ts'

/** The routes that need the store, and all that stands behind them. */
export type StoredPart = {
  /** Of the rows that are written here. */
  readonly isApplied: IsApplied
  mount(server: Server): void
  close(): Promise<void>
}

/** Resolves also while the database is away: its routes are answered 503 until it comes. */
export async function createStoredPart(config: EmotionConfig, logger: Logger): Promise<StoredPart> {
  const { legacyJwtSecret: secret, authUrl, internalUrl } = config
  const now = Date.now
  const client = openPostgres(config.databaseUrl, { applicationName: 'emotion' })
  // A pool of their own: a flood of events leaves requests their connections.
  const events = openPostgres(config.databaseUrl, { applicationName: 'emotion-events', max: 2 })
  const store = createStore(client)
  const inbox = createReadingsInbox({ sql: events, logger })
  const isApplied = createPositionChecks(() => readStanding({ store, inbox }))

  const background = [
    createChores({ store, inbox, now, logger }),
    consumeEvents({ url: config.amqpUrl, inbox, logger }),
  ]
  const opening = await openWhenThere({
    client: events,
    steps: schemaSteps,
    logger,
    onOpen() {
      for (const work of background) work.start()
    },
  })
  const tokens = await createTokenVerifier({
    legacySecret: secret,
    jwksUrl: authUrl === '' ? null : authUrl + JWKS_PATH,
    jwksFile: join(config.dataDir, 'emotion-jwks.json'),
    onTrouble: (what, cause) => logger.warn({ err: cause }, what),
  })
  const internal = createInternalClient({ url: internalUrl, name: 'emotion', secret })

  return {
    async isApplied(position) {
      opening.requireOpen()
      return isApplied.rows(position)
    },
    mount: (server) =>
      mountStored(server, {
        store,
        inbox,
        isApplied,
        secret,
        now,
        verify: createVerify(tokens, store),
        write: createWriteRoute({ store, answers, now, admit: refuseDeparted }),
        askForTurn: createAskForTurn(internal),
        requireOpen: () => opening.requireOpen(),
      }),
    async close() {
      tokens.close()
      await Promise.all([opening.stop(), ...background.map((work) => work.stop())])
      await Promise.all([client, events].map((pool) => pool.end({ timeout: 5 })))
    },
  }
}
