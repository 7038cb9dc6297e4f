import { movableRoutes, type RouteDefinition, type RouteKey } from '@emotibot/contracts'
import { type GeneratedRequest, requestOf } from '@emotibot/testkit'
import fc from 'fast-check'
import { oddHeaders } from './odd-headers.ts'
import { oddPath } from './odd-paths.ts'
import type { PlannedRequest, Who } from './planned.ts'

const ROUTES = movableRoutes.filter(({ effect }) => effect !== 'socket')

const who = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Who>('user') },
  { weight: 2, arbitrary: fc.constant<Who>('user by cookie') },
  { weight: 2, arbitrary: fc.constant<Who>('another user') },
  { weight: 1, arbitrary: fc.constant<Who>('nobody') },
  { weight: 1, arbitrary: fc.constant<Who>('a bad token') },
)

const toRoute = fc.constantFrom(...ROUTES).chain((route) =>
  fc.record({ generated: requestOf(route), who, headers: oddHeaders }).map(
    ({ generated, ...rest }): PlannedRequest => ({
      route: route.key as RouteKey,
      method: route.method,
      path: pathOf(route, generated),
      body: generated.body,
      ...rest,
    }),
  ),
)

const toNowhere = fc.record({
  route: fc.constant(null),
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'),
  path: oddPath,
  who,
  headers: oddHeaders,
  body: fc.option(fc.json(), { nil: null }),
})

const planned: fc.Arbitrary<PlannedRequest> = fc.oneof(
  { weight: 5, arbitrary: toRoute },
  { weight: 1, arbitrary: toNowhere },
)

/** As many requests as asked for, the same for the same seed. */
export function planRequests(seed: number, count: number): PlannedRequest[] {
  return fc.sample(planned, { seed, numRuns: count })
}

function pathOf({ path }: RouteDefinition, { params, query }: GeneratedRequest): string {
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = params[name] ?? null
    return value === null ? `{${name}}` : encodeURIComponent(value.toWellFormed())
  })
  const search = new URLSearchParams(query).toString()
  return search === '' ? filled : `${filled}?${search}`
}
