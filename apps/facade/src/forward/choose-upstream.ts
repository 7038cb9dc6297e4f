import type { RouteDefinition, Side } from '@emotibot/contracts'
import type { Upstream } from '../upstreams/upstream.ts'
import type { Upstreams } from '../upstreams/upstreams.ts'
import { BREAKER_OPEN, NO_SERVICE, type UpstreamFault } from './upstream-error.ts'

export type Choice =
  | { readonly upstream: Upstream; readonly fault?: never }
  | { readonly upstream?: never; readonly fault: UpstreamFault }

/** The upstream of a side, unless there is none or its breaker is open. */
export function chooseUpstream(side: Side, route: RouteDefinition, upstreams: Upstreams): Choice {
  if (side === 'monolith') return { upstream: upstreams.monolith }
  const service = upstreams.services.get(route.domain)
  if (!service) return { fault: NO_SERVICE }
  return service.breakerOf(route.key).tryEnter() ? { upstream: service } : { fault: BREAKER_OPEN }
}
