import type { Handler } from '@emotibot/service-kit'
import { answerConversation } from '../answer.ts'
import { listConversations } from '../conversations.ts'
import { toPage, writeTimeCursor } from '../page.ts'
import type { RouteDeps } from './deps.ts'

const LIMIT = 50

export function listRoute({ store }: RouteDeps): Handler<'conversation.list'> {
  return async ({ identity, query: { before, limit = LIMIT } }) => {
    const found = await store.read((db) => listConversations(db, identity.claims.sub, { before, limit }))
    const { rows, last } = toPage(found, limit)
    const nextBefore = last && writeTimeCursor({ timeKey: last.updatedAt, id: last.id })
    return { status: 200, body: { conversations: rows.map(answerConversation), next_before: nextBefore } }
  }
}
