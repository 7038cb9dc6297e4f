import { join } from 'node:path'
import { JWKS_PATH } from '@emotibot/contracts'
import {
  type App,
  createLogger,
  createServer,
  createTokenVerifier,
  type Handler,
  mountRoutes,
} from '@emotibot/service-kit'
import type { AiConfig } from './config.ts'
import { createAskEmotion } from './emotion/ask-emotion.ts'
import { looksAtNoToken } from './errors.ts'
import { createFigures } from './figures.ts'
import { Meter } from './meter/meter.ts'
import { chooseProvider } from './provider/choose-provider.ts'
import { createReplier } from './replies/replier.ts'
import { ReplyCache } from './replies/reply-cache.ts'
import { replyTo } from './routes/reply.ts'
import { suggestions } from './routes/suggestions.ts'

const ROUTES = ['ai.reply', 'ai.suggestions'] as const
const CACHED_REPLIES_MAX = 1_000

/** The ai service: replies and ways to begin. */
export async function createApp(config: AiConfig): Promise<App> {
  const logger = createLogger('ai', config.logLevel)
  const server = createServer({
    name: 'ai',
    logLevel: config.logLevel,
    logger,
    routes: ROUTES,
  })
  const figures = createFigures(server, logger)
  const provider = await chooseProvider(config, figures.attempted)
  const reply = createReplier({
    provider,
    cache: new ReplyCache({ entriesMax: CACHED_REPLIES_MAX }),
    meter: new Meter(config),
    onReply: figures.replied,
  })
  const tokens = await createTokenVerifier({
    legacySecret: config.legacyJwtSecret || null,
    // Only a provider's tokens are charged to anybody.
    jwksUrl: provider && config.authUrl !== '' ? config.authUrl + JWKS_PATH : null,
    jwksFile: join(config.dataDir, 'ai-jwks.json'),
    onTrouble: (what, cause) => logger.warn({ err: cause }, what),
  })
  const askEmotion = createAskEmotion({
    url: config.emotionUrl,
    deadlineMs: config.emotionDeadlineMs,
    onMissed: figures.missedEmotion,
  })
  const handlers = {
    'ai.reply': replyTo({ askEmotion, reply, verify: tokens.verify }),
    'ai.suggestions': suggestions,
  } satisfies { [K in (typeof ROUTES)[number]]: Handler<K> }
  mountRoutes(server, handlers, { verify: looksAtNoToken, renew: null })
  logger.info({ model: provider ? config.model : null }, 'chose who writes replies')
  return {
    async listen() {
      return { main: await server.listen({ host: config.host, port: config.port }) }
    },
    async close() {
      await server.close()
      tokens.close()
    },
  }
}
