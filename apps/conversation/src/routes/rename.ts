import { answerConversation } from '../answer.ts'
import { holdConversationOrThrow, renameConversation } from '../conversations.ts'
import type { RouteDeps } from './deps.ts'

export function renameRoute({ write }: RouteDeps) {
  return write('conversation.rename', {
    async commit(tx, _prepared, { identity, params, body }) {
      const held = await holdConversationOrThrow(tx, params.id, identity.claims.sub)
      const renamed = await renameConversation(tx, held, body.title)
      return { status: 200, body: { conversation: answerConversation(renamed) } }
    },
  })
}
