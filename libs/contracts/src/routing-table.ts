import type { RouteDefinition } from './route.ts'
import { routeList } from './routes/index.ts'

export type RouteMatch = {
  readonly route: RouteDefinition
  readonly params: Readonly<Record<string, string>>
}

type Pattern = { readonly route: RouteDefinition; readonly segments: readonly string[] }

/** A path that spells something twice over (`//`, `..`, `%2F`, a backslash) is nobody's: no two processes read it alike. */
const AMBIGUOUS = /\/\/|\/\.{1,2}(?:\/|$)|%2[ef]|%5c|%00|\\|;/i

/**
 * Finds the route of a request from the raw path (no query). Exact paths first, then patterns; never decodes
 * before it splits. Returns null where the contract has no such route, `HEAD` being `GET`.
 */
export function createRoutingTable(list: readonly RouteDefinition[] = routeList) {
  const exact = new Map<string, RouteMatch>()
  const patterns: Pattern[] = []
  for (const route of list) {
    const isPattern = route.path.includes(':') || route.path.endsWith('*')
    if (isPattern) patterns.push({ route, segments: route.path.split('/') })
    else exact.set(`${route.method} ${route.path}`, { route, params: {} })
  }

  return function matchRoute(method: string, path: string): RouteMatch | null {
    const verb = method === 'HEAD' ? 'GET' : method
    const found = exact.get(`${verb} ${path}`)
    if (found) return found
    if (AMBIGUOUS.test(path)) return null
    return matchPatterns(patterns, verb, path)
  }
}

function matchPatterns(patterns: readonly Pattern[], method: string, path: string): RouteMatch | null {
  const segments = path.split('/')
  for (const { route, segments: wanted } of patterns) {
    if (route.method !== method) continue
    const params = matchSegments(wanted, segments)
    if (params) return { route, params }
  }
  return null
}

function matchSegments(wanted: readonly string[], given: readonly string[]): Record<string, string> | null {
  const hasRest = wanted.at(-1) === '*'
  if (hasRest ? given.length < wanted.length : given.length !== wanted.length) return null
  const params: Record<string, string> = {}
  for (const [at, segment] of wanted.entries()) {
    const value = given[at] ?? ''
    if (segment === '*') return value === '' ? null : params
    if (!segment.startsWith(':')) {
      if (segment !== value) return null
    } else if (value === '') return null
    else params[segment.slice(1)] = value
  }
  return params
}
