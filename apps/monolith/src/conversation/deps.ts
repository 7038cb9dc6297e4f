import type { Analysis } from '@emotibot/contracts'
import type { LiveHub } from '../realtime/live-hub.ts'
import type { Store } from '../store/store.ts'
import type { WriteRoute } from '../store/writes/write-routes.ts'
import type { Replies } from './replies.ts'

/** What the conversation domain stands on. */
export type ConversationDeps = {
  readonly store: Store
  readonly write: WriteRoute
  readonly hub: LiveHub
  readonly replies: Replies
  readonly analyze: (text: string) => Analysis
  readonly now: () => number
}
