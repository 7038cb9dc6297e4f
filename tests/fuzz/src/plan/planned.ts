import type { RouteKey } from '@emotibot/contracts'

/** Who a request claims to be from. */
export type Who = 'nobody' | 'user' | 'user by cookie' | 'another user' | 'a bad token'

/** One request to send; ids of what is there are filled in when it is sent. */
export type PlannedRequest = {
  /** The route it is meant for; null where it is for none. */
  readonly route: RouteKey | null
  readonly method: string
  /** `{id}` and `{turn_id}` stand for things that are there. */
  readonly path: string
  readonly who: Who
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string | null
}
