import type { Snapshot } from '@emotibot/flags'
import type { FacadeEvents } from '../events.ts'
import type { Upstreams } from '../upstreams/upstreams.ts'

/** What every exchange needs of the process it runs in. */
export type ForwardContext = {
  readonly upstreams: Upstreams
  /** What to route by now; null before the first snapshot was read. */
  readonly snapshot: () => Snapshot | null
  readonly events: FacadeEvents
  /** How long a service may take to begin an answer that the monolith could give. */
  readonly fallbackAfterMs: number
}
