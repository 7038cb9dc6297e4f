import type { Handler } from '@emotibot/service-kit'
import { answerTurn } from '../answer.ts'
import { toPage, writeTimeCursor } from '../page.ts'
import { searchTurns } from '../search/search-turns.ts'
import type { RouteDeps } from './deps.ts'

const LIMIT = 50

export function searchRoute({ store }: RouteDeps): Handler<'conversation.search'> {
  return async ({ identity, query: { q, before, limit = LIMIT } }) => {
    const found = await store.read((db) => searchTurns(db, identity.claims.sub, { q, before, limit }))
    const { rows, last } = toPage(found, limit)
    const nextBefore = last && writeTimeCursor({ timeKey: last.timeKey, id: last.turnId })
    return { status: 200, body: { turns: rows.map(answerTurn), next_before: nextBefore } }
  }
}
