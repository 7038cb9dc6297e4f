import { migrate, openPostgres } from '@emotibot/db'
import {
  type App,
  createGate,
  createLogger,
  createServer,
  mountRoutes,
  mountSessionCheck,
} from '@emotibot/service-kit'
import { createStore, createWriteRoute } from '@emotibot/service-store'
import { createAppliedCheck } from '@emotibot/sync'
import { createChores } from './chores.ts'
import type { AuthConfig } from './config.ts'
import { createDeleteAccount } from './delete-account.ts'
import { tooManyHashesError } from './errors.ts'
import { createIdentity } from './identity.ts'
import { KeyRing } from './keys/key-ring.ts'
import { createSeal } from './keys/seal.ts'
import { createPasswordHasher } from './passwords/password-hasher.ts'
import { authHandlers } from './routes/index.ts'
import { mountJwks } from './routes/jwks.ts'
import { keptAnswers } from './schema.ts'
import { schemaSteps } from './schema-steps.ts'
import { createTokens } from './tokens.ts'

const DAY_MS = 24 * 3_600_000

/** The auth service: accounts, passwords, sessions and tokens over a Postgres database of its own. */
export async function createApp(config: AuthConfig): Promise<App> {
  const now = Date.now
  const logger = createLogger('auth', config.logLevel)
  const client = openPostgres(config.databaseUrl, { applicationName: 'auth' })
  await migrate(client, schemaSteps)

  const store = createStore(client)
  const seal = createSeal(config.keySecret || config.legacyJwtSecret)
  const ring = new KeyRing({ store, seal, maxAgeMs: config.signingKeyDays * DAY_MS, now })
  await ring.refresh()
  const tokens = createTokens(ring, config.legacyJwtSecret)
  const identity = createIdentity({ store, tokens, now })
  const gate = createGate({
    atOnce: config.hashesAtOnce,
    waitingMax: config.hashesWaiting,
    refuse: tooManyHashesError,
  })
  const hasher = createPasswordHasher({ gate, keepLegacyVerifiers: config.keepLegacyVerifiers })
  const write = createWriteRoute({ store, answers: keptAnswers, now, admit: identity.admit })
  const deleteAccount = createDeleteAccount({ store, now, admit: identity.admit })
  const handlers = authHandlers({ store, write, hasher, tokens, deleteAccount, now })

  const isApplied = createAppliedCheck(() => store.places())
  const server = createServer({
    name: 'auth',
    logLevel: config.logLevel,
    logger,
    trustProxy:
      config.trustProxy === 'none' ? false : config.trustProxy.split(',').map((part) => part.trim()),
    routes: Object.keys(handlers),
    checks: { database: () => store.ping() },
    isApplied,
  })
  mountRoutes(server, handlers, { ...identity, isApplied })
  mountJwks(server, ring)
  mountSessionCheck(server, identity.check)
  const chores = createChores({ store, ring, now, logger })

  return {
    listen: async () => ({ main: await server.listen({ host: config.host, port: config.port }) }),
    async close() {
      await server.close()
      await chores.stop()
      await client.end({ timeout: 5 })
    },
  }
}
