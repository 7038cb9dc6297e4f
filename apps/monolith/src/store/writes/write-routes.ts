import { fold, type RouteDefinition, type RouteKey, routeOf, type WriteGroup } from '@emotibot/contracts'
import {
  ApiError,
  bodyHash,
  type Call,
  type Handler,
  type Identity,
  type Result,
} from '@emotibot/service-kit'
import type { Reader, Store, Tx, WriteScope } from '../store.ts'
import { type Claim, findAnswer, keepAnswer } from './idempotency.ts'
import { createKeyQueue } from './key-queue.ts'

/**
 *   prepare (async: hashes, analyses; writes nothing)
 *     └─ commit(tx) (synchronous: one short transaction, the kept answer inside it)
 *          └─ onceDurable (after the commit, once: sockets, replies)
 *   answer (for the first try and for every retry)
 */
export type WriteHandler<K extends RouteKey, P, B> = {
  prepare(call: Call<K>): P | Promise<P>
  /** The folded username it is for, where the request names its user in another way. */
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
  /** Whether the identity is still good inside the transaction: its session may have ended while we prepared. */
  isLive: (db: Reader, identity: Identity) => boolean
}

/** Makes a route's handler from its two parts, under the route's group and the request's partition. */
export type WriteRoute = <K extends RouteKey, P, B>(key: K, handler: WriteHandler<K, P, B>) => Handler<K>

/** How many retries of one request wait for the first try; more are a client gone wrong. */
const RETRIES_WAITING_MAX = 16

export function createWriteRoutes({ store, now, isLive }: WriteRoutesDeps): WriteRoute {
  const queue = createKeyQueue({ waitingMax: RETRIES_WAITING_MAX })

  return (key, handler) => {
    const route = routeOf(key)

    async function attempt(call: LooseCall, claim: Claim | null): Promise<Result> {
      const kept = claim && store.read((db) => findAnswer(db, claim))
      if (kept) return kept
      const prepared = await handler.prepare(call as never)
      const asked = scopeOf(route, call)
      const scope = { ...asked, partition: handler.partitionOf?.(prepared) ?? asked.partition }
      const result = store.write(scope, (tx) => {
        if (call.identity && !isLive(tx, call.identity)) throw new ApiError('UNAUTHENTICATED', SESSION_OVER)
        const done = handler.commit(tx, prepared, call as never)
        if (claim) keepAnswer(tx, claim, { scope, answer: done })
        return done
      })
      result.onceDurable?.()
      return result
    }

    return async (call) => {
      const loose = call as LooseCall
      const claim = claimOf(route, loose, now())
      const result = claim
        ? await queue.inTurn(JSON.stringify([claim.userId, claim.key]), () => attempt(loose, claim))
        : await attempt(loose, null)
      if (!handler.answer) return result
      return { ...result, body: await handler.answer(result.body as never, call) }
    }
  }
}

/** One message for every token that is not good, so that nobody learns why. */
export const SESSION_OVER = 'This token is not good, or not any more. Sign in again.'

type LooseCall = {
  readonly body: unknown
  readonly params: unknown
  readonly identity: Identity | null
  readonly idempotencyKey: string | null
}

function claimOf(route: RouteDefinition, call: LooseCall, nowMs: number): Claim | null {
  if (route.retry !== 'keyed' || call.idempotencyKey === null) return null
  return {
    userId: call.identity?.claims.sub ?? '',
    key: call.idempotencyKey,
    route: route.key,
    bodyHash: bodyHash(call.params ?? null, call.body ?? null, route.secrets ?? []),
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
