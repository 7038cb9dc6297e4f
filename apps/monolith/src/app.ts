import { join } from 'node:path'
import { JWKS_PATH, routeKeys } from '@emotibot/contracts'
import {
  type App,
  createLogger,
  createServer,
  createTokenVerifier,
  type Logger,
  type Server,
  type TokenVerifier,
} from '@emotibot/service-kit'
import { composeReply } from './ai/responder.ts'
import { aiHandlers } from './ai/routes.ts'
import { createDeleteAccount } from './auth/delete-account.ts'
import { createHashGate } from './auth/hash-gate.ts'
import { createPasswordHasher } from './auth/password-hash.ts'
import { authHandlers } from './auth/routes.ts'
import { createSessionJudge } from './auth/session-judge.ts'
import { mountSessionState } from './auth/session-state.ts'
import { createTokens } from './auth/tokens.ts'
import { createAdmit, createRenewToken, createVerifyToken } from './auth/verify-token.ts'
import { createChores } from './chores.ts'
import type { MonolithConfig } from './config.ts'
import { changedTurnsSince } from './conversation/changed-turns.ts'
import { createCompletePending } from './conversation/complete-pending.ts'
import { createFollowTurns } from './conversation/follow-turns.ts'
import { removeConversationsStep } from './conversation/remove-conversations.ts'
import { createReplies } from './conversation/replies.ts'
import { conversationReadHandlers } from './conversation/routes.ts'
import { createTurnNews } from './conversation/turn-news.ts'
import { conversationWriteHandlers } from './conversation/write-routes.ts'
import { createFollowTombstones } from './deletion/follow-tombstones.ts'
import { createRemoveRest } from './deletion/remove-rest.ts'
import { analyze } from './emotion/analyze.ts'
import { removeFeedbackStep } from './emotion/feedback.ts'
import { pureEmotionHandlers } from './emotion/routes.ts'
import { storedEmotionHandlers } from './emotion/stored-routes.ts'
import { mountInternal } from './internal/routes.ts'
import { mountWaiting } from './mount-waiting.ts'
import { createLiveHub } from './realtime/live-hub.ts'
import { mountRealtime } from './realtime/routes.ts'
import { openStore } from './store/open-store.ts'
import { createWriteRoutes } from './store/writes/write-routes.ts'
import { mountUi } from './ui/routes.ts'

/** The whole monolith: five domains and the page in one process over one SQLite file. */
export async function createApp(config: MonolithConfig): Promise<App> {
  const logger = createLogger('monolith', config.logLevel)
  const verifier = await createVerifier(config, logger)
  const parts = createParts(config, logger)
  const { store, replies, chores } = parts
  const server = createServer({
    name: 'monolith',
    logLevel: config.logLevel,
    logger,
    trustProxy: config.trustProxy,
    routes: routeKeys,
    checks: { store: () => store.check() },
    isApplied: store.isApplied,
    position: store.position,
  })
  await mountDomains(server, { ...parts, verifier })
  await mountUi(server)
  return {
    async listen() {
      const main = await server.listen({ host: config.host, port: config.port })
      chores.start()
      return { main }
    },
    async close() {
      verifier.close()
      await server.close()
      await replies.close()
      await chores.stop()
      store.close()
    },
  }
}

function createVerifier({ jwtSecret, authUrl, jwksFile, dataDir }: MonolithConfig, logger: Logger) {
  return createTokenVerifier({
    legacySecret: jwtSecret,
    jwksUrl: authUrl === '' ? null : authUrl + JWKS_PATH,
    jwksFile: jwksFile || join(dataDir, 'monolith-jwks.json'),
    onTrouble: (what, cause) => logger.warn({ err: cause }, what),
  })
}

/** Everything that stands behind the routes. */
function createParts(config: MonolithConfig, logger: Logger) {
  const now = Date.now
  const store = openStore({ file: config.sqliteFile, logger })
  const hub = createLiveHub()
  const news = createTurnNews(hub)
  const replies = createReplies({
    store,
    hub,
    news,
    compose: composeReply,
    now,
    paceMs: config.replyPaceMs,
    logger,
  })
  const judgeSession = createSessionJudge({ store, now })
  const admit = createAdmit({ judgeSession })
  const removeRest = createRemoveRest([removeConversationsStep(store), removeFeedbackStep(store)])
  const followTombstones = createFollowTombstones({ store, hub, removeRest, now })
  return {
    now,
    store,
    hub,
    news,
    replies,
    analyze,
    judgeSession,
    deleteAccount: createDeleteAccount({ store, hub, admit, removeRest }),
    replyWaitMs: config.replyWaitMs,
    secret: config.jwtSecret,
    tokens: createTokens(config.jwtSecret),
    hasher: createPasswordHasher(createHashGate()),
    write: createWriteRoutes({ store, now, admit }),
    chores: createChores({
      store,
      followTombstones,
      followTurns: createFollowTurns({ store, news }),
      completePending: createCompletePending({ store, replies, news, analyze, now }),
      now,
      logger,
    }),
  }
}

type Parts = ReturnType<typeof createParts> & { readonly verifier: TokenVerifier }

async function mountDomains(server: Server, parts: Parts): Promise<void> {
  const { store, hub } = parts
  const { isApplied } = store
  const verify = createVerifyToken(parts)
  await mountRealtime(server, {
    hub,
    verify,
    analyze,
    isApplied,
    changedTurnsSince: (userId, seen) => store.read((db) => changedTurnsSince(db, userId, seen)),
  })
  mountSessionState(server, parts)
  mountInternal(server, parts)
  const handlers = {
    ...authHandlers(parts),
    ...pureEmotionHandlers,
    ...storedEmotionHandlers(parts),
    ...conversationReadHandlers(parts),
    ...conversationWriteHandlers(parts),
    ...aiHandlers(parts),
  }
  mountWaiting(server, handlers, { store, verify, renew: createRenewToken(parts) })
}
