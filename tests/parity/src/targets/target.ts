import type { RouteKey } from '@emotibot/contracts'

/** Something that answers the contract, over a fresh store. */
export type Target = {
  readonly name: string
  readonly url: string
  /** The routes it answers, where these are not all; a service answers only its own. */
  readonly served?: readonly RouteKey[]
  readonly serves: (route: RouteKey) => boolean
  /** Done before every call: where a flip in mid-journey happens. */
  readonly between?: () => Promise<void>
  close(): Promise<void>
}
