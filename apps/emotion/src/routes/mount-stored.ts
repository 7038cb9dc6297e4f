import type { Inbox } from '@emotibot/messaging'
import { type Handlers, mountRoutes, type Server, type VerifyToken } from '@emotibot/service-kit'
import { mountFelt } from '../internal/mount-felt.ts'
import { mountInbox } from '../internal/mount-inbox.ts'
import type { PositionChecks } from '../positions/position-checks.ts'
import { type FeedbackDeps, feedbackRoute } from './feedback.ts'
import { trendsRoute } from './trends.ts'

export const STORED_ROUTES = ['emotion.trends', 'emotion.feedback'] as const

export type StoredDeps = FeedbackDeps & {
  readonly inbox: Inbox
  readonly isApplied: PositionChecks
  readonly secret: string
  readonly verify: VerifyToken
  /** Throws while the store has not been reached yet. */
  readonly requireOpen: () => void
}

/** Everything that needs the store, apart from what does not. */
export function mountStored(server: Server, deps: StoredDeps): void {
  const { store, inbox, isApplied, secret, verify } = deps
  const trends = { 'emotion.trends': trendsRoute(deps) } satisfies Handlers
  const feedback = { 'emotion.feedback': feedbackRoute(deps) } satisfies Handlers
  server.register(async (part) => {
    part.addHook('onRequest', async () => deps.requireOpen())
    mountRoutes(part, trends, { verify, renew: null, isApplied: isApplied.trends })
    mountRoutes(part, feedback, { verify, renew: null, isApplied: isApplied.rows })
    mountFelt(part, { store, secret, isApplied: isApplied.trends })
    mountInbox(part, inbox, secret)
  })
}
