import { DOMAINS, type RouteDefinition, routeList } from '@emotibot/contracts'

/** What a list of names stands for. */
export type Selection = {
  readonly routes: readonly RouteDefinition[]
  /** Routes that were not named and go along because they share a write group with one that was. */
  readonly also: readonly string[]
  /** Named, known, and never moved: the page. */
  readonly fixed: readonly string[]
  readonly unknown: readonly string[]
}

const isMovable = (route: RouteDefinition): boolean => route.domain !== 'ui'
const movableDomains = DOMAINS.filter((domain) => domain !== 'ui')

/** Every name a flip understands: routes that move, and their domains. */
export const VALID_NAMES: readonly string[] = [
  ...movableDomains,
  ...routeList.filter(isMovable).map((route) => route.key),
]

/** Routes and domains by name, in the contract's order. Naming one route of a write group takes the group. */
export function selectRoutes(names: readonly string[]): Selection {
  const meant = names.map((name) => [name, routesOf(name)] as const)
  const named = new Set(meant.flatMap(([, routes]) => routes).filter(isMovable))
  const groups = new Set([...named].map((route) => route.group).filter((group) => group !== null))
  const also = routeList.filter(
    (route) => isMovable(route) && !named.has(route) && route.group !== null && groups.has(route.group),
  )
  return {
    routes: routeList.filter((route) => named.has(route) || also.includes(route)),
    also: also.map((route) => route.key),
    fixed: unique(
      meant.filter(([, routes]) => routes.some((route) => !isMovable(route))).map(([name]) => name),
    ),
    unknown: unique(meant.filter(([, routes]) => routes.length === 0).map(([name]) => name)),
  }
}

/** Names that stand for exactly these routes: a whole domain is its own name. */
export function namesFor(keys: readonly string[]): string[] {
  const routes = routeList.filter(({ key }) => keys.includes(key))
  const whole = movableDomains.filter((domain) => routesOf(domain).every(({ key }) => keys.includes(key)))
  return unique(routes.map(({ key, domain }) => (whole.some((name) => name === domain) ? domain : key)))
}

function routesOf(name: string): RouteDefinition[] {
  return routeList.filter((route) => route.key === name || route.domain === name)
}

const unique = (names: readonly string[]): string[] => [...new Set(names)]
