import { clearConversations } from '../remove.ts'
import type { RouteDeps } from './deps.ts'

export function clearRoute({ write }: RouteDeps) {
  return write('conversation.clear', {
    async commit(tx, _prepared, { identity }) {
      await clearConversations(tx, identity.claims.sub)
      return { status: 204, body: null }
    },
  })
}
