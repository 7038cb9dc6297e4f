import type { FrameOut, RouteKey } from '@emotibot/contracts'
import type { RawAnswer } from '@emotibot/testkit'

/** What a run of a scenario saw. `call` says which one in words. */
export type Observation =
  | { readonly kind: 'answer'; readonly route: RouteKey; readonly call: string; readonly answer: RawAnswer }
  | {
      readonly kind: 'frames'
      readonly route: 'realtime.socket'
      readonly call: string
      readonly frames: readonly FrameOut[]
      /** The code the other end closed it with; null while it is open. */
      readonly closeCode: number | null
      /** Whether only how each turn stands at last is to be compared. */
      readonly isLate: boolean
    }
  /** Something that must be so on every side, whatever the other side does. */
  | { readonly kind: 'claim'; readonly route: RouteKey; readonly call: string; readonly holds: boolean }
