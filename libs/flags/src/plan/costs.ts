// What a flip that moves data costs, as far as it is known before.
import type { Plan } from '@emotibot/contracts'
import { flagOf, type Snapshot } from '../snapshot.ts'
import { type Candidate, isDataMove } from './candidates.ts'
import { type CarveOutFacts, NOTHING_KNOWN } from './carve-out-facts.ts'
import { isForward } from './move.ts'

/** What the worst request waits, beside the lag, in a domain that never made anybody wait yet. */
const FIRST_WAIT_MS = 100

type Costs = Pick<Plan, 'users' | 'lag_ms' | 'expected_wait_ms'>
type Known = { readonly snapshot: Snapshot; readonly carveOuts: ReadonlyMap<string, CarveOutFacts> }
type Moving = Candidate & { readonly facts: CarveOutFacts }

/** Nobody waits for what moves no data. What the mover does not say is null. */
export function costsOf(candidates: readonly Candidate[], { snapshot, carveOuts }: Known): Costs {
  const moving = candidates
    .filter((candidate) => isDataMove(candidate, snapshot))
    .map((candidate) => ({ ...candidate, facts: carveOuts.get(candidate.route.domain) ?? NOTHING_KNOWN }))
  if (moving.length === 0) return { users: null, lag_ms: null, expected_wait_ms: 0 }
  return {
    users: most(moving.map((each) => usersOf(each, snapshot))),
    lag_ms: most(moving.map(lagOf)),
    expected_wait_ms: Math.max(...moving.map(expectedWaitOf)),
  }
}

/** How many users change sides: buckets are even, so it is about their share. A new user's name has nobody yet. */
function usersOf({ route, move: { from, to }, facts: { users } }: Moving, snapshot: Snapshot): number | null {
  if (from.share === to.share) return flagOf(snapshot, route.key).kept.length
  if (route.group === 'auth.claim') return 0
  return users === null ? null : Math.round((users * Math.abs(to.share - from.share)) / 100)
}

/** Of the feed that is waited for: from the side that gives up. */
function lagOf({ move, facts }: Moving): number | null {
  const source = isForward(move) ? 'monolith' : 'service'
  return facts.feeds.find(({ from }) => from === source)?.behindMs ?? null
}

/** As it was before, or what is still to be applied takes, if that is longer. */
function expectedWaitOf(moving: Moving): number {
  const lagMs = lagOf(moving) ?? 0
  const earlier = moving.facts.earlierWaitsMs.toSorted((one, other) => one - other)
  const median = earlier[Math.floor(earlier.length / 2)]
  return Math.round(median === undefined ? lagMs + FIRST_WAIT_MS : Math.max(median, lagMs))
}

/** The largest; not known when one of them is not. */
function most(values: readonly (number | null)[]): number | null {
  return values.reduce((one, other) => (one === null || other === null ? null : Math.max(one, other)))
}
