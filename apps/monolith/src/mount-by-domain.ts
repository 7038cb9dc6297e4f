import { type Domain, type RouteKey, routeOf } from '@emotibot/contracts'
import { type Handlers, type IdentityOptions, mountRoutes, type Server } from '@emotibot/service-kit'
import { READS_FROM } from './reads-from.ts'
import type { Store } from './store/store.ts'

export type MountDeps = IdentityOptions & { readonly store: Pick<Store, 'isAppliedOf'> }

/** Registers contract routes, each waiting for what its domain's answers are made from; a pure one is made from nothing. */
export function mountByDomain(server: Server, handlers: Handlers, { store, ...identity }: MountDeps): void {
  const keys = Object.keys(handlers) as RouteKey[]
  const byDomain = Map.groupBy(keys, waitsAs)
  for (const [domain, some] of byDomain) {
    const own = Object.fromEntries(some.map((key) => [key, handlers[key]]))
    const waits = domain && { isApplied: store.isAppliedOf(READS_FROM[domain]) }
    mountRoutes(server, own, { ...identity, ...waits })
  }
}

function waitsAs(key: RouteKey): Domain | null {
  const { domain, effect } = routeOf(key)
  return effect === 'pure' ? null : domain
}
