import {
  type App,
  ConfigError,
  createLogger,
  createServer,
  type Handlers,
  mountRoutes,
} from '@emotibot/service-kit'
import type { EmotionConfig } from './config.ts'
import { looksAtNoToken } from './errors.ts'
import { analyzeOne } from './routes/analyze.ts'
import { analyzeMany } from './routes/batch.ts'
import { STORED_ROUTES } from './routes/mount-stored.ts'
import { createStoredPart } from './stored-part.ts'

const pureHandlers = {
  'emotion.analyze': analyzeOne,
  'emotion.batch': analyzeMany,
} satisfies Handlers

/** The emotion service: what texts sound like; with a database also how users felt over time. */
export async function createApp(config: EmotionConfig): Promise<App> {
  const logger = createLogger('emotion', config.logLevel)
  const stored = await storedPartOf(config, logger)
  const server = createServer({
    name: 'emotion',
    logLevel: config.logLevel,
    logger,
    trustProxy:
      config.trustProxy === 'none' ? false : config.trustProxy.split(',').map((part) => part.trim()),
    routes: [...Object.keys(pureHandlers), ...(stored ? STORED_ROUTES : [])],
    // Its database is not among what it needs to be ready: most of what it answers needs none.
    ...(stored && { isApplied: stored.isApplied }),
  })
  mountRoutes(server, pureHandlers, { verify: looksAtNoToken, renew: null })
  stored?.mount(server)
  return {
    listen: async () => ({ main: await server.listen({ host: config.host, port: config.port }) }),
    async close() {
      await server.close()
      await stored?.close()
    },
  }
}

async function storedPartOf(config: EmotionConfig, logger: ReturnType<typeof createLogger>) {
  if (config.databaseUrl === '') return null
  if (config.legacyJwtSecret === '')
    throw new ConfigError(['LEGACY_JWT_SECRET must be set where EMOTION_DATABASE_URL is'])
  return createStoredPart(config, logger)
}
