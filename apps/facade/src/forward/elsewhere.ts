import type { RouteDefinition, Side } from '@emotibot/contracts'
import type { RouteFlag } from '@emotibot/flags'
import { FRESH_MS, type LagOf } from '../upstreams/lag.ts'

export type Routed = {
  readonly route: RouteDefinition
  readonly flag: RouteFlag
  /** Whether the client says what it has seen: then the other side checks by itself whether it has that. */
  readonly hasPosition: boolean
  /** What the request is bucketed by; read only where it matters. */
  readonly partition: string
}

export const otherSide = (side: Side): Side => (side === 'monolith' ? 'service' : 'monolith')

/** Nothing of a retired route is the monolith's any more. */
export const isRetiredFrom = (side: Side, { stage }: Pick<RouteFlag, 'stage'>): boolean =>
  side === 'monolith' && stage === 'retired'

/** Whether `side` may answer what the other one could not. A write's outcome is nobody else's to guess. */
export function mayFallBackTo(side: Side, routed: Routed, lagOf: LagOf): boolean {
  const { route, flag } = routed
  if (isRetiredFrom(side, flag)) return false
  if (route.effect === 'pure') return side === 'monolith'
  if (route.effect !== 'read') return false
  // A service that answers nobody yet may have nothing to answer with.
  if (side === 'service' && flag.stage !== 'canary' && flag.stage !== 'service') return false
  // Changes of a kept partition are set aside: the other side has not got them, whatever its feed says.
  if (flag.kept.length > 0 && flag.kept.includes(routed.partition)) return false
  if (routed.hasPosition) return true
  const lagMs = lagOf(route, side)
  return lagMs !== null && lagMs < FRESH_MS
}
