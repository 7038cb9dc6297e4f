import { type About, INTERNAL_PATHS, isRouteKey, type RouteKey } from '@emotibot/contracts'
import type { Target } from './target.ts'

/** A service somebody else runs, in any language; it says itself which routes it answers. */
export async function remoteTarget(url: string, routes: readonly RouteKey[]): Promise<Target> {
  const served = routes.length > 0 ? routes : await askRoutes(url)
  return { name: url, url, served, serves: (route) => served.includes(route), close: async () => undefined }
}

async function askRoutes(url: string): Promise<RouteKey[]> {
  const answer = await fetch(new URL(INTERNAL_PATHS.about, url))
  if (!answer.ok) throw new Error(`${url} does not say which routes it answers: name them with --route.`)
  return ((await answer.json()) as About).routes.filter(isRouteKey)
}
