import { fold, type RouteDefinition, type RouteKey, routeOf, type WriteGroup } from '@emotibot/contracts'
import {
  bodyHash,
  type Call,
  type Handler,
  type Identity,
  MisdirectedAnswer,
  type Result,
  StaleEpochAnswer,
} from '@emotibot/service-kit'
import type { Reader, Store, Tx, WriteScope } from '../store.ts'
import { type Claim, findAnswer, keepAnswer } from './idempotency.ts'
import { createKeyQueue } from './key-queue.ts'

/**
 *   owned here? ─► 409 STALE_EPOCH if not, before anything dear is done
 *   prepare (async: hashes, analyses; writes nothing)
 *     └─ commit(tx) (synchronous: one short transaction that asks again, the kept answer inside it)
 *          └─ onceDurable (after the commit, once: sockets, replies)
 *   answer (for the first try and for every retry)
 */
export type WriteHandler<K extends RouteKey, P, B> = {
  /** Left out by a write with nothing dear to do beforehand: its commit alone asks who owns what it is for. */
  prepare?(call: Call<K>): P | Promise<P>
  /**
   * The folded username it is for, where the request names its user in another way. `prepare` then asks itself whether that is
   * owned here, and where it is not the answer is 421: whom the request means is the other side's to judge.
   */
  partitionOf?(prepared: P): string
  commit(tx: Tx, prepared: P, call: Call<K>): Success<B>
  /** The answer as it stands now, made from the one that was kept. Left out: the kept one. */
  answer?(body: B, call: Call<K>): B | Promise<B>
}

export type Success<B> = Result & {
  readonly body: B
  /** Run after the commit, by the try that had the effect and by no retry. */
  readonly onceDurable?: () => void
}

export type WriteRoutesDeps = {
  store: Store
  now: () => number
  /** Throws unless the identity is still good inside the transaction: its session may have ended while we prepared. */
  admit: (db: Reader, identity: Identity) => void
}

/** Makes a route's handler from its two parts, under the route's group and the request's partition. */
export type WriteRoute = <K extends RouteKey, P, B>(key: K, handler: WriteHandler<K, P, B>) => Handler<K>

/** How many retries of one request wait for the first try; more are a client gone wrong. */
const RETRIES_WAITING_MAX = 16

export function createWriteRoutes({ store, now, admit }: WriteRoutesDeps): WriteRoute {
  const queue = createKeyQueue({ waitingMax: RETRIES_WAITING_MAX })

  return (key, handler) => {
    const route = routeOf(key)

    async function carryOut(call: LooseCall, claim: Claim | null): Promise<Result> {
      const kept = claim && store.read((db) => findAnswer(db, claim))
      if (kept) return { ...kept, position: store.position() }
      const asked = scopeOf(route, call)
      if (handler.prepare && !handler.partitionOf) store.refuseUnlessOwned(asked)
      const prepared = handler.prepare ? await handler.prepare(call as never) : (undefined as never)
      const scope = { ...asked, partition: handler.partitionOf?.(prepared) ?? asked.partition }
      const { value, position } = store.write(scope, (tx) => {
        if (call.identity) admit(tx, call.identity)
        const commit = () => handler.commit(tx, prepared, call as never)
        return claim ? commitOnce(tx, claim, { partition: scope.partition, commit }) : commit()
      })
      value.onceDurable?.()
      return { ...value, position }
    }

    async function attempt(call: LooseCall, claim: Claim | null): Promise<Result> {
      try {
        return await carryOut(call, claim)
      } catch (thrown) {
        const isMisdirected = handler.partitionOf && thrown instanceof StaleEpochAnswer
        throw isMisdirected ? new MisdirectedAnswer({ cause: thrown }) : thrown
      }
    }

    return async (call) => {
      const loose = call as LooseCall
      const claim = claimOf(route, loose, now())
      const result = claim
        ? await queue.inTurn(JSON.stringify([claim.userId, claim.key]), () => attempt(loose, claim))
        : await attempt(loose, null)
      if (!handler.answer) return result
      const body = await handler.answer(result.body as never, call)
      // What it tells of may have been written since.
      return { ...result, body, position: store.position() }
    }
  }
}

type Once = { readonly partition: string; readonly commit: () => Success<unknown> }

/** The first try may have been at the other side, and its answer may have arrived while we prepared. */
function commitOnce(tx: Tx, claim: Claim, { partition, commit }: Once): Success<unknown> {
  const kept = findAnswer(tx, claim)
  if (kept) return kept
  const { status, body, ...rest } = commit()
  keepAnswer(tx, claim, { partition, status, body })
  return { status, body, ...rest }
}

type LooseCall = {
  readonly body: unknown
  readonly params: unknown
  readonly identity: Identity | null
  readonly idempotencyKey: string | null
}

function claimOf(route: RouteDefinition, call: LooseCall, nowMs: number): Claim | null {
  if (route.retry !== 'keyed' || route.group === null || call.idempotencyKey === null) return null
  return {
    userId: call.identity?.claims.sub ?? '',
    key: call.idempotencyKey,
    route: route.key,
    group: route.group,
    bodyHash: bodyHash(call.params, call.body, route.secrets),
    nowMs,
  }
}

function scopeOf(route: RouteDefinition, { identity, body }: LooseCall): WriteScope {
  const group: WriteGroup | null = route.group
  if (group === null) throw new TypeError(`${route.key} belongs to no write group and cannot write.`)
  if (route.partition === 'identity') return { group, partition: fold(identity?.claims.username ?? '') }
  const { username } = body as { username: string }
  return { group, partition: fold(username) }
}
