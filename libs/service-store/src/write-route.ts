// A write has two parts, so that nothing slow happens in a transaction:
//
//   owned here? ─► prepare (hashes, signs, analyses; writes nothing)
//     └─ commit(tx) (one short transaction that asks again, the kept answer inside it)
//          └─ onceDurable (after the commit, once: whom to tell, what to begin)
//   answer (for the first try and for every retry)
//
// A retry with the same Idempotency-Key gets the first answer without the first three.
import { fold, type RouteDefinition, type RouteKey, routeOf } from '@emotibot/contracts'
import {
  type Call,
  type Handler,
  type Identity,
  MisdirectedAnswer,
  type Result,
  StaleEpochAnswer,
} from '@emotibot/service-kit'
import type { AnswersTable } from './answers-table.ts'
import { type Claim, claimOf, findAnswer, keepAnswer } from './kept-answers.ts'
import type { Reader, Store, Tx, WriteScope } from './store.ts'

export type WriteHandler<K extends RouteKey, P, B> = {
  readonly lock?: WriteScope['lock']
  /** Left out by a write with nothing dear to do beforehand: its commit alone asks who owns what it is for. */
  prepare?(call: Call<K>): P | Promise<P>
  /**
   * The folded username it is for, where the request names its user in another way. `prepare` then asks itself whether
   * that is owned here, and a store that does not own it answers 421: whom the request means is another side's to judge.
   */
  partitionOf?(prepared: P): string
  commit(tx: Tx, prepared: P, call: Call<K>): Promise<Success<B>>
  /** The answer as it stands now, made from the one that was kept. Left out: the kept one. */
  answer?(body: B, call: Call<K>): B | Promise<B>
}

export type Success<B> = Result & {
  readonly body: B
  /** Run after the commit, by the try that had the effect and by no retry. */
  readonly onceDurable?: () => void
}

export type WriteRouteDeps = {
  readonly store: Store
  readonly answers: AnswersTable
  readonly now: () => number
  /** Throws unless the identity is still good inside the transaction: it may have ended while we prepared. */
  readonly admit: (db: Reader, identity: Identity) => Promise<void>
}

/** Makes a route's handler from its two parts, under the route's group and the request's partition. */
export type WriteRoute = <K extends RouteKey, P, B>(key: K, handler: WriteHandler<K, P, B>) => Handler<K>

export function createWriteRoute({ store, answers, now, admit }: WriteRouteDeps): WriteRoute {
  return (key, handler) => {
    const route = routeOf(key)

    async function carryOut(call: LooseCall, claim: Claim | null): Promise<Result> {
      const asked = scopeOf(route, call)
      if (handler.prepare && !handler.partitionOf) await store.refuseUnlessOwned(asked)
      const prepared = handler.prepare ? await handler.prepare(call as never) : (undefined as never)
      const scope: WriteScope = {
        group: asked.group,
        partition: handler.partitionOf?.(prepared) ?? asked.partition,
        lock: handler.lock ?? 'shared',
        ...(claim && { turn: JSON.stringify([claim.userId, claim.key]) }),
      }
      const { value, position } = await store.write(scope, async (tx) => {
        if (call.identity) await admit(tx, call.identity)
        const commit = () => handler.commit(tx, prepared, call as never)
        return claim ? commitOnce(tx, answers, { claim, scope, commit }) : commit()
      })
      const { onceDurable, ...done } = value
      onceDurable?.()
      return { ...done, position }
    }

    async function attempt(call: LooseCall): Promise<Result> {
      const claim = claimOf(route, call, now())
      const kept = claim && (await store.read((db) => findAnswer(db, answers, claim)))
      if (kept) return { ...kept, position: await store.position() }
      try {
        return await carryOut(call, claim)
      } catch (thrown) {
        const isMisdirected = handler.partitionOf && thrown instanceof StaleEpochAnswer
        throw isMisdirected ? new MisdirectedAnswer({ cause: thrown }) : thrown
      }
    }

    return async (call) => {
      const result = await attempt(call as LooseCall)
      if (!handler.answer) return result
      const body = await handler.answer(result.body as never, call)
      // The answer may show more than was written: whoever reads on reads no less.
      return { ...result, body, position: await store.position() }
    }
  }
}

type Once = { claim: Claim; scope: WriteScope; commit: () => Promise<Success<unknown>> }

/** A retry has waited for its turn, and finds the answer of whoever was before it. */
async function commitOnce(tx: Tx, answers: AnswersTable, once: Once): Promise<Success<unknown>> {
  const { claim, scope, commit } = once
  const kept = await findAnswer(tx, answers, claim)
  if (kept) return kept
  const done = await commit()
  await keepAnswer(tx, answers, { claim, scope, answer: done })
  return done
}

type LooseCall = {
  readonly body: unknown
  readonly params: unknown
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
