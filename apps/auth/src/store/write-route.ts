// A write has two parts, so that nothing slow happens in a transaction:
//
//   owned here? ─► prepare (hashes, signs; writes nothing) ─► commit(tx) (one short transaction that asks again,
//                                                             the kept answer inside it)
//
// A retry with the same Idempotency-Key gets the first answer without either.
import { fold, type RouteDefinition, type RouteKey, routeOf } from '@emotibot/contracts'
import {
  badTokenError,
  type Call,
  type Handler,
  type Identity,
  MisdirectedAnswer,
  type Result,
  StaleEpochAnswer,
} from '@emotibot/service-kit'
import { type Claim, claimOf, findAnswer, keepAnswer } from './idempotency.ts'
import type { Reader, Store, Tx, WriteScope } from './store.ts'

export type WriteHandler<K extends RouteKey, P> = {
  readonly lock?: WriteScope['lock']
  /** Left out by a write with nothing dear to do beforehand: its commit alone asks who owns what it is for. */
  prepare?(call: Call<K>): P | Promise<P>
  /**
   * The folded username it is for, where the request names its user in another way. `prepare` then asks itself whether
   * that is owned here, and a store that does not own it answers 421: whom the request means is another side's to judge.
   */
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

    async function attempt(call: Call<typeof key>): Promise<Result> {
      const { identity, body, idempotencyKey } = call as LooseCall
      const userId = identity?.claims.sub ?? ''
      const claim = claimOf(route, { userId, key: idempotencyKey, body, nowMs: now() })
      const kept = claim && (await store.read((db) => findAnswer(db, claim)))
      if (kept) return { ...kept, position: await store.position() }
      const asked = scopeOf(route, call as LooseCall)
      if (handler.prepare && !handler.partitionOf) await store.refuseUnlessOwned(asked)
      const prepared = handler.prepare ? await handler.prepare(call) : (undefined as never)
      const lock = claim ? 'alone' : (handler.lock ?? 'shared')
      const scope = { ...asked, partition: handler.partitionOf?.(prepared) ?? asked.partition, lock }
      const { value: done, position } = await store.write(scope, async (tx) => {
        if (identity && !(await isLive(tx, identity))) throw badTokenError()
        const commit = () => handler.commit(tx, prepared, call)
        return claim ? commitOnce(tx, { claim, scope, commit }) : commit()
      })
      return { ...done, position }
    }

    return async (call) => {
      try {
        return await attempt(call)
      } catch (thrown) {
        const isMisdirected = handler.partitionOf && thrown instanceof StaleEpochAnswer
        throw isMisdirected ? new MisdirectedAnswer({ cause: thrown }) : thrown
      }
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
