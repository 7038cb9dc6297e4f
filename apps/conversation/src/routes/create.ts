import { answerConversation } from '../answer.ts'
import { addConversation, UNTITLED } from '../conversations.ts'
import { ownerOf } from '../identity.ts'
import type { RouteDeps } from './deps.ts'

export function createConversationRoute({ write, now }: RouteDeps) {
  return write('conversation.create', {
    async commit(tx, _prepared, { identity, body: { title = UNTITLED } }) {
      const time = new Date(now()).toISOString()
      const conversation = await addConversation(tx, ownerOf(identity), { title, time })
      return { status: 201, body: { conversation: answerConversation(conversation) } }
    },
  })
}
