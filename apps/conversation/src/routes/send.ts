import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { answerTurn } from '../answer.ts'
import { RefusedError, UnheardError } from '../errors.ts'
import { ownerOf } from '../identity.ts'
import { takeLease } from '../jobs/leases.ts'
import { feltOf, STAND_IN } from '../neighbours/hear-emotion.ts'
import { addTurn, type Felt, findTurn } from '../turns.ts'
import type { RouteDeps } from './deps.ts'

/**
 * Stores the turn whatever else is down, has its reply written, and answers with the turn as it stands: complete when the
 * reply comes soon, pending otherwise. A retry under the same key finds the same turn, as it stands by then.
 */
export function sendRoute({ store, write, jobs, askEmotion, leaseMs, replyWaitMs, now }: RouteDeps) {
  async function hear(text: string, { userId, ownerKey }: ReturnType<typeof ownerOf>): Promise<Felt> {
    try {
      return feltOf(await askEmotion({ user: userId, partition: ownerKey, body: { text } }))
    } catch (thrown) {
      if (thrown instanceof UnheardError) return STAND_IN
      if (thrown instanceof RefusedError) return { ...STAND_IN, emotionStatus: 'complete' }
      throw thrown
    }
  }

  return write('conversation.send', {
    prepare: ({ body, identity }) => hear(body.text, ownerOf(identity)),
    async commit(tx, felt, { identity, params, body, request }) {
      const turn = {
        id: randomUUID(),
        owner: ownerOf(identity),
        conversationId: params.id,
        text: body.text,
        felt,
      }
      const row = await addTurn(tx, { ...turn, time: new Date(now()).toISOString() })
      await takeLease(tx, turn.id, leaseMs)
      return {
        status: 201,
        body: { turn: answerTurn(row) },
        headers: wantsNoWait(request) ? { 'preference-applied': 'respond-async' } : {},
        onceDurable: () => jobs.begin(row),
      }
    },
    async answer({ turn }, { identity, request }) {
      if (!wantsNoWait(request)) await jobs.settled(turn.id, replyWaitMs)
      const row = await store.read((db) => findTurn(db, turn.id, identity.claims.sub))
      return { turn: row ? answerTurn(row) : turn }
    },
  })
}

const NO_WAIT = /(?:^|[,;])\s*respond-async\s*(?:$|[,;=])/i

/** `Prefer: respond-async` (RFC 7240): whoever asks learns of the reply by socket or history. */
function wantsNoWait({ headers }: FastifyRequest): boolean {
  const { prefer = '' } = headers
  return NO_WAIT.test(String(prefer))
}
