import type { RouteDefinition, Side } from '@emotibot/contracts'
import type { Upstream } from '../upstreams/upstream.ts'
import type { Upstreams } from '../upstreams/upstreams.ts'
import { BREAKER_OPEN, BUSY, NO_SERVICE, type UpstreamFault } from './upstream-error.ts'

export type Choice =
  | { readonly upstream: Upstream; readonly fault?: never }
  | { readonly upstream?: never; readonly fault: UpstreamFault }

/** The upstream of a side, unless there is none, it has too much to do, or its breaker is open. */
export function chooseUpstream(side: Side, route: RouteDefinition, upstreams: Upstreams): Choice {
  const upstream = side === 'monolith' ? upstreams.monolith : upstreams.services.get(route.domain)
  if (!upstream) return { fault: NO_SERVICE }
  // Before the breaker is asked: whoever is let in there has to be sent.
  if (upstream.isFull) return { fault: BUSY }
  if (side === 'monolith') return { upstream }
  return upstream.breakerOf(route.key).tryEnter() ? { upstream } : { fault: BREAKER_OPEN }
}
