import { CARVED_OUT, type Domain, movableRoutes, routeList, type Side, type Stage } from '@emotibot/contracts'
import { createSnapshot, flagOf, INITIAL_FLAG, type Snapshot, shareOf } from '../snapshot.ts'
import { type Candidate, candidateTo } from './candidates.ts'
import type { CarveOutFacts, FeedFacts } from './carve-out-facts.ts'
import type { Gates, ServiceFacts } from './refusals.ts'

export type Places = Readonly<Record<string, Stage | number>>

/** A snapshot with some routes moved; a number is a canary's share. */
export function snapshotOf(places: Places = {}, isFrozen = false): Snapshot {
  const flags = Object.entries(places).map(([key, place]) => {
    const stage = typeof place === 'number' ? 'canary' : place
    const share = typeof place === 'number' ? place : shareOf(place, 0)
    return [key, { ...INITIAL_FLAG, stage, share, epoch: 1, flip: 'f1', changedBy: 'ann' }] as const
  })
  return createSnapshot({ version: 1, isFrozen, routes: Object.fromEntries(flags), holds: [] })
}

/** Routes of a snapshot, each on its way to a place. */
export function candidatesOf(snapshot: Snapshot, places: Places): Candidate[] {
  const there = snapshotOf(places)
  return routeList
    .filter(({ key }) => key in places)
    .map((route) => {
      const { stage, share } = flagOf(there, route.key)
      return candidateTo(route, { stage, share }, snapshot)
    })
}

/** A service that is well and answers every route of its domain, unless told otherwise. */
export function serviceOf(domain: string, own: Partial<ServiceFacts> = {}): ServiceFacts {
  const routes = movableRoutes.filter((route) => route.domain === domain).map((route) => route.key)
  return { name: domain, isReady: true, reason: null, build: '0.1.0', routes, failing: [], ...own }
}

/** A domain whose data is copied and in step, unless told otherwise. */
export function carveOutOf(own: Partial<CarveOutFacts> = {}): CarveOutFacts {
  return {
    isReachable: true,
    reason: null,
    state: 'moving',
    feeds: [feedOf('monolith'), feedOf('service')],
    isBackfilled: true,
    users: 200,
    flipUnderWay: null,
    earlierWaitsMs: [],
    ...own,
  }
}

/** One that runs, unless told otherwise. */
export function feedOf(from: Side, own: Partial<FeedFacts> = {}): FeedFacts {
  const to = from === 'monolith' ? 'service' : 'monolith'
  const idle = { behindMs: 7, behindEntries: 1, setAside: 0, conflicts: 0 }
  return { from, to, state: 'running', reason: null, ...idle, ...own }
}

/** Data is ready to move, unless told otherwise. */
export function gatesOf(
  snapshot: Snapshot,
  services: readonly ServiceFacts[],
  facts: Readonly<Partial<Record<Domain, CarveOutFacts>>> = {},
): Gates {
  const byName = new Map(services.map((service) => [service.name, service]))
  const carveOuts = new Map(CARVED_OUT.map((domain) => [domain, facts[domain] ?? carveOutOf()]))
  return { snapshot, services: byName, carveOuts }
}
