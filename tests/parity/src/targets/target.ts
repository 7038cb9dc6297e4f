import type { RouteKey } from '@emotibot/contracts'
import type { LeftRows } from '../rows/left-rows.ts'

/** Something that answers the contract, over a fresh store. */
export type Target = {
  readonly name: string
  readonly url: string
  /** Where a route is asked for, where that is not the same for all. */
  readonly urlOf?: (route: RouteKey) => string
  /** The routes it answers, where these are not all; a service answers only its own. */
  readonly served?: readonly RouteKey[]
  readonly serves: (route: RouteKey) => boolean
  /**
   * Whether turns may be written in another store than the one that feeds the sockets: how each stands is heard then, and
   * not every step, nor the words one by one.
   */
  readonly hearsLate?: boolean
  /** What stands in the monolith's file, once everything that was written elsewhere has come there. */
  readonly leftRows?: () => Promise<LeftRows>
  /** Done before every call: where a flip in mid-journey happens. */
  readonly between?: () => Promise<void>
  close(): Promise<void>
}
