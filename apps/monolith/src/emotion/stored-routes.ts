import type { Handlers } from '@emotibot/service-kit'
import type { Store } from '../store/store.ts'
import { bucketsOf } from './buckets.ts'
import { type FeedbackDeps, feedbackRoute } from './feedback.ts'
import { talliesOf } from './tallies.ts'
import { trendsOf } from './trends.ts'

const PERIOD = 'week'

/** The routes of the domain that need the store. */
export function storedEmotionHandlers({ store, ...deps }: FeedbackDeps & { readonly store: Store }) {
  return {
    'emotion.feedback': feedbackRoute(deps),
    'emotion.trends': ({ identity, query: { period = PERIOD } }) => {
      const nowMs = deps.now()
      const tallies = store.read((db) => talliesOf(db, identity.claims.sub, bucketsOf(period, nowMs)))
      return { status: 200, body: trendsOf(period, tallies, nowMs) }
    },
  } satisfies Handlers
}
