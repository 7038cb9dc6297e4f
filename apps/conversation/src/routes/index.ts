import type { Handlers } from '@emotibot/service-kit'
import { clearRoute } from './clear.ts'
import { createConversationRoute } from './create.ts'
import { deleteRoute } from './delete.ts'
import { deleteTurnRoute } from './delete-turn.ts'
import type { RouteDeps } from './deps.ts'
import { exportRoute } from './export.ts'
import { historyRoute } from './history.ts'
import { listRoute } from './list.ts'
import { renameRoute } from './rename.ts'
import { searchRoute } from './search.ts'
import { sendRoute } from './send.ts'

/** Every route of the conversation domain. */
export function conversationHandlers(deps: RouteDeps) {
  return {
    'conversation.list': listRoute(deps),
    'conversation.create': createConversationRoute(deps),
    'conversation.rename': renameRoute(deps),
    'conversation.delete': deleteRoute(deps),
    'conversation.clear': clearRoute(deps),
    'conversation.history': historyRoute(deps),
    'conversation.search': searchRoute(deps),
    'conversation.send': sendRoute(deps),
    'conversation.delete_turn': deleteTurnRoute(deps),
    'conversation.export': exportRoute(deps),
  } satisfies Handlers
}
