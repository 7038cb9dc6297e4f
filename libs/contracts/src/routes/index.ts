import type { RouteDefinition } from '../route.ts'
import { aiRoutes } from './ai.ts'
import { authRoutes } from './auth.ts'
import { conversationRoutes } from './conversation.ts'
import { emotionRoutes } from './emotion.ts'
import { realtimeRoutes } from './realtime.ts'
import { uiRoutes } from './ui.ts'

/** Every route of the public contract, by key. */
export const routes = {
  ...authRoutes,
  ...emotionRoutes,
  ...conversationRoutes,
  ...aiRoutes,
  ...realtimeRoutes,
  ...uiRoutes,
} as const

export type Routes = typeof routes
export type RouteKey = keyof Routes

export const routeKeys = Object.keys(routes) as RouteKey[]
export const routeList: readonly RouteDefinition[] = Object.values(routes)

/** Routes the migration team may move: all but the page itself. */
export const movableRoutes: readonly RouteDefinition[] = routeList.filter((route) => route.domain !== 'ui')

export function isRouteKey(key: string): key is RouteKey {
  return Object.hasOwn(routes, key)
}

export function routeOf(key: RouteKey): RouteDefinition {
  return routes[key]
}
