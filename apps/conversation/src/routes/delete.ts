import { deleteConversationOrThrow } from '../remove.ts'
import type { RouteDeps } from './deps.ts'

export function deleteRoute({ write }: RouteDeps) {
  return write('conversation.delete', {
    async commit(tx, _prepared, { identity, params }) {
      await deleteConversationOrThrow(tx, params.id, identity.claims.sub)
      return { status: 204, body: null }
    },
  })
}
