import type { Logger } from '@emotibot/service-kit'
import type { LedgerClient } from '../routing/ledger-client.ts'
import type { Tally } from '../tally.ts'
import type { UpstreamMonitor } from '../upstreams/monitor.ts'
import type { Upstreams } from '../upstreams/upstreams.ts'
import type { MoverMonitor } from './mover/mover-monitor.ts'

/** What the control API looks at and acts on. */
export type ControlContext = {
  readonly ledger: LedgerClient
  readonly upstreams: Upstreams
  readonly monitor: UpstreamMonitor
  readonly mover: MoverMonitor
  /** Of the tokens that command services; empty: none is commanded from here. */
  readonly serviceSecret: string
  /** Of the public port. */
  readonly tally: Tally
  readonly internalTally: Tally
  readonly logger: Logger
}
