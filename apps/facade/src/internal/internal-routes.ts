import { INTERNAL_ROUTES, movableRoutes, type RouteDefinition, routeOf } from '@emotibot/contracts'

const mayBeAsked = ({ effect }: RouteDefinition): boolean => effect === 'pure' || effect === 'read'

/** The paths between our own processes, each with the flag, the breaker and the access of the route it is `as`. */
const ownPaths = Object.values(INTERNAL_ROUTES).map(
  ({ path, as }): RouteDefinition => ({ ...routeOf(as), method: 'GET', path }),
)

/** What our processes may ask of each other: whatever changes nothing. A write is the user's own, at the public port. */
export const internalRoutes: readonly RouteDefinition[] = [...movableRoutes.filter(mayBeAsked), ...ownPaths]
