import {
  domainsRead,
  isCarvedOut,
  movableRoutes,
  type ReplicaStatus,
  type RouteDefinition,
  type RouteStatus,
  type Status,
  type UpstreamStatus,
} from '@emotibot/contracts'
import { EMPTY_SNAPSHOT, flagOf, readReplicas, type Snapshot } from '@emotibot/flags'
import type { Upstream } from '../upstreams/upstream.ts'
import type { ControlContext } from './context.ts'
import { flipUnderWay } from './flips/under-way.ts'
import { carveOutNeeds } from './mover/carve-out-needs.ts'
import { carveOutsOf } from './mover/describe.ts'

/** Everything, as this replica knows it; also while the ledger is down. */
export async function currentStatus(context: ControlContext): Promise<Status> {
  const { ledger, upstreams, tally } = context
  const snapshot = ledger.snapshot ?? EMPTY_SNAPSHOT
  const { view } = context.mover
  const status = {
    version: snapshot.version,
    ledger: ledger.isUp ? ('up' as const) : ('down' as const),
    is_frozen: snapshot.isFrozen,
    routes: movableRoutes.map((route): RouteStatus => {
      const { key, domain, group, effect } = route
      const { stage, share, epoch, changedAt, changedBy } = flagOf(snapshot, key)
      const place = { stage, share, epoch, changed_at: changedAt, changed_by: changedBy }
      return { key, domain, group, effect, ...place, requests: { ...tally.of(key) } }
    }),
    upstreams: upstreams.all.map((upstream) => upstreamStatus(upstream, context)),
    replicas: await replicasOf(context),
    flip: await flipUnderWay(context),
    ...carveOutsOf(view),
  }
  return { ...status, needs: [...needsOf(status, snapshot), ...carveOutNeeds(view, snapshot)] }
}

function upstreamStatus(upstream: Upstream, { monitor }: ControlContext): UpstreamStatus {
  const { name, isReady, build, reason } = monitor.factsOf(upstream)
  return { name, is_ready: isReady, breaker: upstream.breakerState, build, reason }
}

/** Nobody's, as far as this replica knows, when the ledger is away or goes away while it is asked. */
async function replicasOf({ ledger }: ControlContext): Promise<ReplicaStatus[]> {
  if (!ledger.isUp) return []
  return await readReplicas(ledger.sqlOrThrow).catch(() => [])
}

/** The services that a route's own one depends on, and that one. */
const servicesOf = (route: RouteDefinition): string[] => [
  route.domain,
  ...(isCarvedOut(route) ? domainsRead(route) : []),
]

/** What somebody should look at. A service that no route depends on may be away. */
function needsOf(status: Omit<Status, 'needs'>, snapshot: Snapshot): string[] {
  const asked = movableRoutes.filter(({ key }) => flagOf(snapshot, key).share > 0)
  const inUse = new Set<string>(asked.flatMap(servicesOf))
  const upstreams = status.upstreams.filter(({ name }) => name === 'monolith' || inUse.has(name))
  return [
    ...(status.ledger === 'down' ? ['The ledger is down: nothing flips until it is back.'] : []),
    ...upstreams.filter((each) => !each.is_ready).map((each) => `${each.name} is not ready: ${each.reason}.`),
    ...upstreams
      .filter((each) => each.breaker !== 'closed')
      .map((each) => `The breaker of ${each.name} is ${each.breaker}: requests there failed.`),
    ...status.replicas
      .filter((replica) => replica.is_live && replica.version < status.version)
      .map((replica) => `${replica.id} still routes by version ${replica.version}.`),
  ]
}
