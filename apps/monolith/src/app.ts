import { routeKeys } from '@emotibot/contracts'
import { type App, createLogger, createServer, mountRoutes, type Server } from '@emotibot/service-kit'
import { composeReply } from './ai/responder.ts'
import { aiHandlers } from './ai/routes.ts'
import { createDeleteAccount } from './auth/delete-account.ts'
import { createHashGate } from './auth/hash-gate.ts'
import { createPasswordHasher } from './auth/password-hash.ts'
import { authHandlers } from './auth/routes.ts'
import { createTokens } from './auth/tokens.ts'
import { createRenewToken, createVerifyToken, sessionEndMs } from './auth/verify-token.ts'
import { createChores } from './chores.ts'
import type { MonolithConfig } from './config.ts'
import { changedTurnsSince } from './conversation/changed-turns.ts'
import { removeConversationsStep } from './conversation/remove-conversations.ts'
import { createReplies } from './conversation/replies.ts'
import { conversationReadHandlers } from './conversation/routes.ts'
import { conversationWriteHandlers } from './conversation/write-routes.ts'
import { analyze } from './emotion/analyze.ts'
import { removeFeedbackStep } from './emotion/feedback.ts'
import { pureEmotionHandlers } from './emotion/routes.ts'
import { storedEmotionHandlers } from './emotion/stored-routes.ts'
import { createLiveHub } from './realtime/live-hub.ts'
import { mountRealtime } from './realtime/routes.ts'
import { openStore } from './store/open-store.ts'
import { createWriteRoutes } from './store/writes/write-routes.ts'
import { mountUi } from './ui/routes.ts'

/** The whole monolith: five domains and the page in one process over one SQLite file. */
export async function createApp(config: MonolithConfig): Promise<App> {
  const parts = createParts(config)
  const { store, replies, chores } = parts
  const server = createServer({
    name: 'monolith',
    logLevel: config.logLevel,
    logger: parts.logger,
    trustProxy: config.trustProxy,
    routes: routeKeys,
    checks: { store: () => store.check() },
  })
  await mountDomains(server, parts)
  await mountUi(server)
  return {
    async listen() {
      const main = await server.listen({ host: config.host, port: config.port })
      chores.start()
      return { main }
    },
    async close() {
      await server.close()
      await replies.close()
      await chores.stop()
      store.close()
    },
  }
}

/** Everything that stands behind the routes. */
function createParts(config: MonolithConfig) {
  const now = Date.now
  const logger = createLogger('monolith', config.logLevel)
  const store = openStore({ file: config.sqliteFile, logger })
  const hub = createLiveHub()
  const replies = createReplies({
    store,
    hub,
    compose: composeReply,
    now,
    paceMs: config.replyPaceMs,
    logger,
  })
  const { deleteAccount, finishDeletions } = createDeleteAccount({
    store,
    hub,
    now,
    steps: [removeConversationsStep(store), removeFeedbackStep(store)],
  })
  return {
    now,
    logger,
    store,
    hub,
    replies,
    analyze,
    deleteAccount,
    replyWaitMs: config.replyWaitMs,
    tokens: createTokens(config.jwtSecret),
    hasher: createPasswordHasher(createHashGate()),
    write: createWriteRoutes({
      store,
      now,
      isLive: (db, { claims }) => sessionEndMs(db, claims, now()) !== null,
    }),
    chores: createChores({ store, replies, finishDeletions, now, logger }),
  }
}

async function mountDomains(server: Server, parts: ReturnType<typeof createParts>): Promise<void> {
  const { store, hub } = parts
  const verify = createVerifyToken(parts)
  await mountRealtime(server, {
    hub,
    verify,
    analyze,
    changedTurnsSince: (userId, seen) => store.read((db) => changedTurnsSince(db, userId, seen)),
  })
  const handlers = {
    ...authHandlers(parts),
    ...pureEmotionHandlers,
    ...storedEmotionHandlers(parts),
    ...conversationReadHandlers(parts),
    ...conversationWriteHandlers(parts),
    ...aiHandlers(parts),
  }
  mountRoutes(server, handlers, { verify, renew: createRenewToken(parts) })
}
