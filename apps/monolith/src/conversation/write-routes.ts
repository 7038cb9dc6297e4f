import type { Handlers } from '@emotibot/service-kit'
import { ownerOf } from '../store/owner.ts'
import { answerConversation } from './answer.ts'
import type { ConversationDeps } from './deps.ts'
import { clearThreads, deleteThread } from './remove-conversations.ts'
import { sendRoute } from './send.ts'
import { addThread, renameThread, threadOrThrow, UNTITLED } from './threads.ts'
import { deleteTurnOrThrow } from './turns.ts'

const nothingToPrepare = () => null
const deleted = { status: 204, body: null }

/** The routes of the write group `conversation`. */
export function conversationWriteHandlers(deps: ConversationDeps & { readonly replyWaitMs: number }) {
  const { write, now } = deps
  return {
    'conversation.send': sendRoute(deps),

    'conversation.create': write('conversation.create', {
      prepare: nothingToPrepare,
      commit(tx, _prepared, { identity, body: { title = UNTITLED } }) {
        const time = new Date(now()).toISOString()
        const thread = addThread(tx, ownerOf(identity), { title, time })
        return { status: 201, body: { conversation: answerConversation(thread) } }
      },
    }),

    'conversation.rename': write('conversation.rename', {
      prepare: nothingToPrepare,
      commit(tx, _prepared, { identity, params, body }) {
        const thread = threadOrThrow(tx, params.id, identity.claims.sub)
        const renamed = renameThread(tx, thread, body.title)
        return { status: 200, body: { conversation: answerConversation(renamed) } }
      },
    }),

    'conversation.delete': write('conversation.delete', {
      prepare: nothingToPrepare,
      commit(tx, _prepared, { identity, params }) {
        deleteThread(tx, threadOrThrow(tx, params.id, identity.claims.sub).id)
        return deleted
      },
    }),

    'conversation.clear': write('conversation.clear', {
      prepare: nothingToPrepare,
      commit(tx, _prepared, { identity }) {
        clearThreads(tx, identity.claims.sub)
        return deleted
      },
    }),

    'conversation.delete_turn': write('conversation.delete_turn', {
      prepare: nothingToPrepare,
      commit(tx, _prepared, { identity, params }) {
        const thread = threadOrThrow(tx, params.id, identity.claims.sub)
        deleteTurnOrThrow(tx, params.turn_id, thread.id)
        return deleted
      },
    }),
  } satisfies Handlers
}
