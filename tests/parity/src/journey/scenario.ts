import type { RouteKey } from '@emotibot/contracts'
import type { Journey } from './journey.ts'

/** A walk through the contract that is the same against every target. */
export type Scenario = {
  /** A fact in the present tense. */
  readonly name: string
  /** The routes it is a case for; a run that calls others, or not these, is a fault of the scenario. */
  readonly routes: readonly RouteKey[]
  readonly walk: (journey: Journey) => Promise<void>
}

export function scenario(
  name: string,
  routes: readonly RouteKey[],
  walk: (journey: Journey) => Promise<void>,
): Scenario {
  return { name, routes, walk }
}
