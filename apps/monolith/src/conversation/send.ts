import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { ownerOf } from '../store/owner.ts'
import { answerTurn } from './answer.ts'
import type { ConversationDeps } from './deps.ts'
import { threadOrThrow } from './threads.ts'
import { addTurn, findTurn } from './turns.ts'

/**
 * Stores the turn, has its reply written, and answers with the turn as it stands: complete when the reply comes soon,
 * pending otherwise. A retry under the same key finds the same turn, as it stands by then.
 */
export function sendRoute(deps: ConversationDeps & { readonly replyWaitMs: number }) {
  const { store, write, news, replies, analyze, now } = deps
  return write('conversation.send', {
    prepare: ({ body }) => ({ emotion: analyze(body.text) }),
    commit(tx, { emotion }, { identity, params, body, request }) {
      const owner = ownerOf(identity)
      const { userId, ownerKey: partition } = owner
      const { id: threadId } = threadOrThrow(tx, params.id, userId)
      const time = new Date(now()).toISOString()
      const row = addTurn(tx, { id: randomUUID(), owner, threadId, text: body.text, emotion, time })
      const turn = answerTurn(row)
      return {
        status: 201,
        body: { turn },
        headers: wantsNoWait(request) ? { 'preference-applied': 'respond-async' } : {},
        onceDurable() {
          news.created(row)
          replies.begin({ turn, userId, partition, isPaced: wantsNoWait(request) })
        },
      }
    },
    async answer({ turn }, { identity, request }) {
      if (!wantsNoWait(request)) await replies.settled(turn.id, deps.replyWaitMs)
      const row = store.read((db) => findTurn(db, turn.id, identity.claims.sub))
      return { turn: row ? answerTurn(row) : turn }
    },
  })
}

const NO_WAIT = /(?:^|[,;])\s*respond-async\s*(?:$|[,;=])/i

/** `Prefer: respond-async` (RFC 7240): whoever asks listens to the socket, so the reply is paced as well. */
function wantsNoWait({ headers }: FastifyRequest): boolean {
  const { prefer = '' } = headers
  return NO_WAIT.test(String(prefer))
}
