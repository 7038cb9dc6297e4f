import { parseArgs } from 'node:util'
import { isRouteKey, type RouteKey, routeKeys } from '@emotibot/contracts'

export type ParityOptions = {
  readonly routes: readonly RouteKey[]
  readonly seed: number
  readonly serviceUrl: string | null
  /** Whether every scenario is walked at every mix of domains, which takes long; a whole visit is in any case. */
  readonly everyMix: boolean
}

/** Reads the command line. Throws with what is valid when something on it is not. */
export function readOptions(args: readonly string[], randomSeed: () => number): ParityOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      route: { type: 'string', multiple: true },
      seed: { type: 'string' },
      'service-url': { type: 'string' },
      'every-mix': { type: 'boolean', default: false },
    },
  })
  const { route: routes = [], seed, 'service-url': serviceUrl, 'every-mix': everyMix } = values
  const unknown = routes.find((route) => !isRouteKey(route))
  if (unknown !== undefined)
    throw new Error(`There is no route "${unknown}". Routes: ${routeKeys.join(', ')}`)
  if (seed !== undefined && !/^\d{1,9}$/.test(seed))
    throw new Error(`--seed is a whole number, not "${seed}"`)
  if (serviceUrl !== undefined && !URL.canParse(serviceUrl)) throw new Error('--service-url is a URL')
  return {
    routes: routes.filter(isRouteKey),
    seed: seed === undefined ? randomSeed() : Number(seed),
    serviceUrl: serviceUrl ?? null,
    everyMix,
  }
}
