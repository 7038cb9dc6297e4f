import type { Analysis } from '@emotibot/contracts'
import type { Store } from '../store/store.ts'
import type { WriteRoute } from '../store/writes/write-routes.ts'
import type { Replies } from './replies.ts'
import type { TurnNews } from './turn-news.ts'

/** What the conversation domain stands on. */
export type ConversationDeps = {
  readonly store: Store
  readonly write: WriteRoute
  readonly news: TurnNews
  readonly replies: Replies
  readonly analyze: (text: string) => Analysis
  readonly now: () => number
}
