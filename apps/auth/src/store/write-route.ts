// A write has two parts, so that nothing slow happens in a transaction:
//
//   prepare (hashes, signs; writes nothing) ─► commit(tx) (one short transaction, the kept answer inside it)
//
// A retry with the same Idempotency-Key gets the first answer without either.
import { fold, type RouteDefinition, type RouteKey, routeOf } from '@emotibot/contracts'
import { badTokenError, type Call, type Handler, type Identity, type Result } from '@emotibot/service-kit'
import { type Claim, claimOf, findAnswer, keepAnswer } from './idempotency.ts'
import type { Reader, Store, Tx, WriteScope } from './store.ts'

export type WriteHandler<K extends RouteKey, P> = {
  readonly lock?: WriteScope['lock']
  prepare(call: Call<K>): P | Promise<P>
  /** The folded username it is for, where the request names its user in another way. */
  partitionOf?(prepared: P): string
  commit(tx: Tx, prepared: P, call: Call<K>): Promise<Result>
}

export type WriteRouteDeps = {
  readonly store: Store
  readonly now: () => number
  /** Whether the session is good inside the transaction: it may have ended while we prepared. */
  readonly isLive: (db: Reader, identity: Identity) => Promise<boolean>
}

/** Makes a route's handler from its two parts, under the route's group and the request's partition. */
export type WriteRoute = <K extends RouteKey, P>(key: K, handler: WriteHandler<K, P>) => Handler<K>

export function createWriteRoute({ store, now, isLive }: WriteRouteDeps): WriteRoute {
  return (key, handler) => {
    const route = routeOf(key)
    return async (call) => {
      const { identity, body, idempotencyKey } = call as LooseCall
      const userId = identity?.claims.sub ?? ''
      const claim = claimOf(route, { userId, key: idempotencyKey, body, nowMs: now() })
      const kept = claim && (await store.read((db) => findAnswer(db, claim)))
      if (kept) return kept
      const prepared = await handler.prepare(call)
      const lock = claim ? 'alone' : (handler.lock ?? 'shared')
      const asked = scopeOf(route, call as LooseCall)
      const scope = { ...asked, partition: handler.partitionOf?.(prepared) ?? asked.partition, lock }
      return store.write(scope, async (tx) => {
        if (identity && !(await isLive(tx, identity))) throw badTokenError()
        const commit = () => handler.commit(tx, prepared, call)
        return claim ? commitOnce(tx, { claim, scope, commit }) : commit()
      })
    }
  }
}

type Once = { claim: Claim; scope: WriteScope; commit: () => Promise<Result> }

/** A keyed write holds its group alone: a retry that comes here has waited for the first try, and finds its answer. */
async function commitOnce(tx: Tx, { claim, scope, commit }: Once): Promise<Result> {
  const kept = await findAnswer(tx, claim)
  if (kept) return kept
  const done = await commit()
  await keepAnswer(tx, claim, { scope, answer: done })
  return done
}

type LooseCall = {
  readonly body: unknown
  readonly identity: Identity | null
  readonly idempotencyKey: string | null
}

function scopeOf(route: RouteDefinition, { identity, body }: LooseCall): WriteScope {
  if (route.group === null) throw new TypeError(`${route.key} belongs to no write group and cannot write.`)
  if (route.partition === 'identity')
    return { group: route.group, partition: fold(identity?.claims.username ?? '') }
  const { username } = body as { username: string }
  return { group: route.group, partition: fold(username) }
}
