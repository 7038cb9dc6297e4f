import { join } from 'node:path'
import { JWKS_PATH } from '@emotibot/contracts'
import {
  type App,
  createInternalClient,
  createLogger,
  createServer,
  createTokenVerifier,
  type Handler,
  mountRoutes,
} from '@emotibot/service-kit'
import type { AiConfig } from './config.ts'
import { createAskEmotion } from './emotion/ask-emotion.ts'
import { createFigures } from './figures.ts'
import { createAskFelt } from './insights/ask-felt.ts'
import { Meter } from './meter/meter.ts'
import { chooseProvider } from './provider/choose-provider.ts'
import { createReplier } from './replies/replier.ts'
import { ReplyCache } from './replies/reply-cache.ts'
import { insights } from './routes/insights.ts'
import { replyTo } from './routes/reply.ts'
import { suggestions } from './routes/suggestions.ts'

const CACHED_REPLIES_MAX = 1_000

/** The ai service: replies, ways to begin, and a look back. */
export async function createApp(config: AiConfig): Promise<App> {
  const { legacyJwtSecret: secret, internalUrl: url, emotionDeadlineMs: deadlineMs } = config
  const logger = createLogger('ai', config.logLevel)
  const server = createServer({
    name: 'ai',
    logLevel: config.logLevel,
    logger,
    // Without somebody to ask there is nothing to look back on: no flip is to bring that here.
    routes: ['ai.reply', 'ai.suggestions', ...(url === '' ? [] : ['ai.insights'])],
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
    legacySecret: secret || null,
    jwksUrl: config.authUrl === '' ? null : config.authUrl + JWKS_PATH,
    jwksFile: join(config.dataDir, 'ai-jwks.json'),
    onTrouble: (what, cause) => logger.warn({ err: cause }, what),
  })
  const client = createInternalClient({ url, name: 'ai', secret })
  const askEmotion = createAskEmotion({ client, deadlineMs, onMissed: figures.missedEmotion })
  const askFelt = createAskFelt({ client, deadlineMs, onMissed: figures.missedFelt })
  const handlers = {
    'ai.reply': replyTo({ askEmotion, reply, verify: tokens.verify, secret }),
    'ai.suggestions': suggestions,
    'ai.insights': insights(askFelt),
  } satisfies { [K in 'ai.reply' | 'ai.suggestions' | 'ai.insights']: Handler<K> }
  mountRoutes(server, handlers, { verify: tokens.verify, renew: null })
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
