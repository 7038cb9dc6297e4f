import type { RouteKey } from '@emotibot/contracts'
import { type Handlers, type IdentityOptions, mountRoutes, type Server } from '@emotibot/service-kit'
import { readsFrom } from './reads-from.ts'
import type { Store } from './store/store.ts'

export type MountDeps = IdentityOptions & { readonly store: Pick<Store, 'isAppliedOf'> }

/** Registers contract routes, each waiting for what its answers are made from; one that is made from nothing waits for nothing. */
export function mountWaiting(server: Server, handlers: Handlers, { store, ...identity }: MountDeps): void {
  const keys = Object.keys(handlers) as RouteKey[]
  const groups = Map.groupBy(keys, (key) => readsFrom(key).join())
  for (const some of groups.values()) {
    const [first] = some
    const domains = first ? readsFrom(first) : []
    const waits = domains.length > 0 && { isApplied: store.isAppliedOf(domains) }
    const own = Object.fromEntries(some.map((key) => [key, handlers[key]]))
    mountRoutes(server, own, { ...identity, ...waits })
  }
}
