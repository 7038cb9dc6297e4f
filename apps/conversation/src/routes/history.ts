import type { Handler } from '@emotibot/service-kit'
import { answerTurn } from '../answer.ts'
import { conversationOrThrow } from '../conversations.ts'
import { toPage } from '../page.ts'
import { historyOf } from '../turns.ts'
import type { RouteDeps } from './deps.ts'

const LIMIT = 50

export function historyRoute({ store }: RouteDeps): Handler<'conversation.history'> {
  return async ({ identity, params, query: { before, limit = LIMIT } }) => {
    const found = await store.read(async (db) => {
      const { id } = await conversationOrThrow(db, params.id, identity.claims.sub)
      return historyOf(db, id, { before: before === undefined ? undefined : Number(before), limit })
    })
    const { rows, last } = toPage(found, limit)
    const turns = rows.toReversed().map(answerTurn)
    return { status: 200, body: { turns, next_before: last && String(last.seq) } }
  }
}
