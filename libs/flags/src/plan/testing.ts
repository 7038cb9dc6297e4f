import { movableRoutes, type Stage } from '@emotibot/contracts'
import { createSnapshot, INITIAL_FLAG, type Snapshot, shareOf } from '../snapshot.ts'
import type { Gates, ServiceFacts } from './refusals.ts'

export type Places = Readonly<Record<string, Stage | number>>

/** A snapshot with some routes moved; a number is a canary's share. */
export function snapshotOf(places: Places = {}, isFrozen = false): Snapshot {
  const flags = Object.entries(places).map(([key, place]) => {
    const stage = typeof place === 'number' ? 'canary' : place
    const share = typeof place === 'number' ? place : shareOf(place, 0)
    return [key, { ...INITIAL_FLAG, stage, share, epoch: 1, flip: 'f1', changedBy: 'ann' }] as const
  })
  return createSnapshot({ version: 1, isFrozen, routes: Object.fromEntries(flags) })
}

/** A service that is well and answers every route of its domain, unless told otherwise. */
export function serviceOf(domain: string, own: Partial<ServiceFacts> = {}): ServiceFacts {
  const routes = movableRoutes.filter((route) => route.domain === domain).map((route) => route.key)
  return { name: domain, isReady: true, reason: null, build: '0.1.0', routes, failing: [], ...own }
}

export function gatesOf(snapshot: Snapshot, services: readonly ServiceFacts[]): Gates {
  return { snapshot, services: new Map(services.map((service) => [service.name, service])) }
}
