import { deleteTurnOrThrow } from '../remove.ts'
import type { RouteDeps } from './deps.ts'

export function deleteTurnRoute({ write }: RouteDeps) {
  return write('conversation.delete_turn', {
    async commit(tx, _prepared, { identity, params }) {
      await deleteTurnOrThrow(tx, {
        id: params.turn_id,
        conversationId: params.id,
        userId: identity.claims.sub,
      })
      return { status: 204, body: null }
    },
  })
}
