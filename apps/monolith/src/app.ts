import { type RouteKey, routeKeys } from '@emotibot/contracts'
import { type App, createLogger, createServer, mountRoutes } from '@emotibot/service-kit'
import { sql } from 'drizzle-orm'
import { composeReply } from './ai/responder.ts'
import { aiHandlers } from './ai/routes.ts'
import { createDeleteAccount } from './auth/delete-account.ts'
import { createPasswordHasher } from './auth/password-hash.ts'
import { authHandlers } from './auth/routes.ts'
import { createTokens } from './auth/tokens.ts'
import { createRenewToken, createVerifyToken, sessionEndMs } from './auth/verify-token.ts'
import { createWorkGate } from './auth/work-gate.ts'
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

const HASHES_AT_ONCE = 3
const HASHES_WAITING_MAX = 100

/** The whole monolith: five domains and the page in one process over one SQLite file. */
export async function createApp(config: MonolithConfig): Promise<App> {
  const now = Date.now
  const logger = createLogger('monolith', config.logLevel)
  const store = openStore({ file: config.sqliteFile, logger })
  const hub = createLiveHub()
  const tokens = createTokens(config.jwtSecret)
  const hasher = createPasswordHasher(
    createWorkGate({ atOnce: HASHES_AT_ONCE, waitingMax: HASHES_WAITING_MAX }),
  )
  const write = createWriteRoutes({
    store,
    now,
    isLive: (db, { claims }) => sessionEndMs(db, claims, now()) !== null,
  })
  const replies = createReplies({
    store,
    hub,
    compose: composeReply,
    now,
    paceMs: config.replyPaceMs,
    logger,
  })
  const steps = [removeConversationsStep(store), removeFeedbackStep(store)]
  const { deleteAccount, finishDeletions } = createDeleteAccount({ store, hub, now, steps })
  const chores = createChores({ store, replies, finishDeletions, now, logger })

  const server = createServer({
    name: 'monolith',
    logLevel: config.logLevel,
    logger,
    trustProxy:
      config.trustProxy === 'none' ? false : config.trustProxy.split(',').map((part) => part.trim()),
    routes: routeKeys satisfies RouteKey[],
    checks: { store: () => store.read((db) => db.get(sql`SELECT 1`)) },
  })
  const verify = createVerifyToken({ store, tokens, now })
  await mountRealtime(server, {
    hub,
    verify,
    analyze,
    changedTurnsSince: (userId, seen) => store.read((db) => changedTurnsSince(db, userId, seen)),
  })
  const handlers = {
    ...authHandlers({ store, write, hasher, tokens, hub, now }, deleteAccount),
    ...pureEmotionHandlers,
    ...storedEmotionHandlers({ store, write, now }),
    ...conversationReadHandlers({ store, now }),
    ...conversationWriteHandlers({
      store,
      write,
      hub,
      replies,
      analyze,
      now,
      replyWaitMs: config.replyWaitMs,
    }),
    ...aiHandlers({ store, analyze }),
  }
  mountRoutes(server, handlers, { verify, renew: createRenewToken({ store, tokens, now }) })
  await mountUi(server)

  return {
    async listen() {
      const main = await server.listen({ host: config.host, port: config.port })
      chores.start()
      return { main }
    },
    async close() {
      await server.close()
      await chores.stop()
      await replies.close()
      store.close()
    },
  }
}
