import type { Snapshot } from '@emotibot/flags'
import type { FacadeEvents } from '../events.ts'
import type { Revocations } from '../revocation/revocations.ts'
import type { LagOf } from '../upstreams/lag.ts'
import type { Upstreams } from '../upstreams/upstreams.ts'
import type { Waiting } from '../waiting/waiting.ts'

/** What every exchange needs of the process it runs in. */
export type ForwardContext = {
  readonly upstreams: Upstreams
  /** What to route by now; null before the first snapshot was read. */
  readonly snapshot: () => Snapshot | null
  readonly waiting: Waiting
  readonly revocations: Revocations
  readonly lagOf: LagOf
  readonly events: FacadeEvents
  /** How long a side may take to begin an answer that the other one could give. */
  readonly fallbackAfterMs: number
}
