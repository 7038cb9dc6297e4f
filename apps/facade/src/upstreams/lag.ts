import { domainsRead, movableRoutes, type RouteDefinition, type Side } from '@emotibot/contracts'
import { flagOf, type Snapshot } from '@emotibot/flags'

/** How far what a side would answer a route from may be behind, in milliseconds; null when nobody knows now. */
export type LagOf = (route: RouteDefinition, side: Side) => number | null

/** The same of the store of one domain: what the mover says of the feed that leads there. */
export type FeedLagOf = (domain: string, side: Side) => number | null

/**
 * A side that is less behind than this is as good as the other for a client that has written nothing itself. Above the
 * time between two looks at the mover: a lag counts from when it was asked.
 */
export const FRESH_MS = 3_000

type Known = { readonly feedLagOf: FeedLagOf; readonly snapshot: () => Snapshot | null }

/** The largest of the domains that the answer is made from. */
export function createLagOf({ feedLagOf, snapshot }: Known): LagOf {
  const lagOfDomain = (domain: string, side: Side): number | null =>
    feedLagOf(domain, side) ?? (side === 'monolith' && isMonolithsAlone(domain, snapshot()) ? 0 : null)
  return (route, side) => worst(domainsRead(route).map((domain) => lagOfDomain(domain, side)))
}

/** Who writes everything lacks nothing, whatever its mover does. Not while a flip may be letting go of some of it. */
function isMonolithsAlone(domain: string, snapshot: Snapshot | null): boolean {
  if (snapshot === null || snapshot.holds.length > 0) return false
  const written = movableRoutes.filter((route) => route.domain === domain && route.group !== null)
  return written.map(({ key }) => flagOf(snapshot, key)).every(({ share, kept }) => share + kept.length === 0)
}

function worst(lags: readonly (number | null)[]): number | null {
  if (lags.length === 0) return null
  return lags.reduce((one, other) => (one === null || other === null ? null : Math.max(one, other)))
}
