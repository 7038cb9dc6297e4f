import { join } from 'node:path'
import { JWKS_PATH } from '@emotibot/contracts'
import { migrate, openPostgres } from '@emotibot/db'
import {
  type App,
  createGate,
  createLogger,
  createServer,
  createTokenVerifier,
  type Identity,
  mountRoutes,
} from '@emotibot/service-kit'
import { createStore, createWriteRoute, type Reader } from '@emotibot/service-store'
import { createAppliedCheck } from '@emotibot/sync'
import { createChores } from './chores.ts'
import type { ConversationConfig } from './config.ts'
import { refuseDeparted } from './departures.ts'
import { lineFullError } from './errors.ts'
import { createVerify } from './identity.ts'
import { leaseTimesOf } from './jobs/leases.ts'
import { createTurnJobs } from './jobs/turn-jobs.ts'
import { createTurnWork } from './jobs/turn-work.ts'
import { createNeighbours } from './neighbours/neighbours.ts'
import { readPlaces } from './places.ts'
import { startRelay } from './relay/start-relay.ts'
import { conversationHandlers } from './routes/index.ts'
import { mountInternalTurn } from './routes/internal-turn.ts'
import { answers } from './schema.ts'
import { schemaSteps } from './schema-steps.ts'

/** For each that asks for a reply so many may wait; more are left to the sweep. */
const WAITING_FOR_EACH = 8

/** The conversation service: conversations and their turns over a Postgres database of its own. */
export async function createApp(config: ConversationConfig): Promise<App> {
  const now = Date.now
  const { legacyJwtSecret: secret, authUrl, replyWaitMs, repliesAtOnce } = config
  const logger = createLogger('conversation', config.logLevel)
  const client = openPostgres(config.databaseUrl, { applicationName: 'conversation' })
  await migrate(client, schemaSteps)
  const store = createStore(client)
  const tokens = await createTokenVerifier({
    legacySecret: secret,
    jwksUrl: authUrl === '' ? null : authUrl + JWKS_PATH,
    jwksFile: join(config.dataDir, 'conversation-jwks.json'),
    onTrouble: (what, cause) => logger.warn({ err: cause }, what),
  })

  const neighbours = createNeighbours(config)
  const gate = createGate({
    atOnce: repliesAtOnce,
    waitingMax: WAITING_FOR_EACH * repliesAtOnce,
    refuse: lineFullError,
  })
  const { leaseMs, patienceMs } = leaseTimesOf(config)
  const work = createTurnWork({ ...neighbours, store, gate, patienceMs, now, random: Math.random })
  const jobs = createTurnJobs({ store, work, leaseMs, logger })
  const admit = (db: Reader, { claims }: Identity) => refuseDeparted(db, claims.sub)
  const write = createWriteRoute({ store, answers, now, admit })
  const handlers = conversationHandlers({ ...neighbours, store, write, jobs, leaseMs, replyWaitMs, now })

  const isApplied = createAppliedCheck(() => readPlaces(store))
  const server = createServer({
    name: 'conversation',
    logLevel: config.logLevel,
    logger,
    trustProxy:
      config.trustProxy === 'none' ? false : config.trustProxy.split(',').map((part) => part.trim()),
    routes: Object.keys(handlers),
    checks: { database: () => store.ping() },
    isApplied,
  })
  mountRoutes(server, handlers, { verify: createVerify(tokens, store), renew: null, isApplied })
  mountInternalTurn(server, { store, secret, isApplied })
  const chores = createChores({ store, jobs, now, logger })
  let relay: { stop(): Promise<void> } | null = null

  return {
    async listen() {
      const main = await server.listen({ host: config.host, port: config.port })
      chores.start()
      relay = startRelay(config, logger)
      return { main }
    },
    async close() {
      tokens.close()
      await server.close()
      await Promise.all([jobs.close(), chores.stop(), relay?.stop()])
      await client.end({ timeout: 5 })
    },
  }
}
