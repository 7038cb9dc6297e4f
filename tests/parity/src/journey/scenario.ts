import type { RouteKey } from '@emotibot/contracts'
import type { Journey } from './journey.ts'

/** A walk through the contract that is the same against every target. */
export type Scenario = {
  /** A fact in the present tense. */
  readonly name: string
  /** The routes it is a case for; a run that calls others, or not these, is a fault of the scenario. */
  readonly routes: readonly RouteKey[]
  readonly walk: (journey: Journey) => Promise<void>
  /** That a session ended, a service hears of the front door alone: without it this cannot be walked. */
  readonly needsFrontDoor?: boolean
}

export function scenario(
  name: string,
  routes: readonly RouteKey[],
  walk: (journey: Journey) => Promise<void>,
): Scenario {
  return { name, routes, walk }
}

/** One that needs the front door, or a monolith that is everything by itself. */
export function ofFrontDoor(...given: Parameters<typeof scenario>): Scenario {
  return { ...scenario(...given), needsFrontDoor: true }
}
