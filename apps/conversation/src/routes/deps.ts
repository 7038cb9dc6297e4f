import type { Store, WriteRoute } from '@emotibot/service-store'
import type { TurnJobs } from '../jobs/turn-jobs.ts'
import type { Neighbours } from '../neighbours/neighbours.ts'

/** What the routes stand on. */
export type RouteDeps = Pick<Neighbours, 'askEmotion' | 'askUser'> & {
  readonly store: Store
  readonly write: WriteRoute
  readonly jobs: TurnJobs
  /** For how long nobody else is at a turn that was just stored. */
  readonly leaseMs: number
  readonly replyWaitMs: number
  readonly now: () => number
}
