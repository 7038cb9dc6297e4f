import { Readable } from 'node:stream'
import { badTokenError, type Handlers } from '@emotibot/service-kit'
import { answerUser, findUser } from '../auth/users.ts'
import { answerConversation, answerTurn, timeCursor } from './answer.ts'
import type { ConversationDeps } from './deps.ts'
import { exportPieces } from './export.ts'
import { EXPORT_FORMATS_BY_NAME } from './export-formats.ts'
import { toPage } from './page.ts'
import { searchTurns } from './search.ts'
import { listThreads, threadOrThrow } from './threads.ts'
import { historyOf } from './turns.ts'

const LIMIT = 50

/** The routes of the domain that only read. */
export function conversationReadHandlers({ store, now }: Pick<ConversationDeps, 'store' | 'now'>) {
  return {
    'conversation.list': ({ identity, query: { before, limit = LIMIT } }) => {
      const found = store.read((db) => listThreads(db, identity.claims.sub, { before, limit }))
      const { rows, last } = toPage(found, limit)
      const nextBefore = last && timeCursor(last.updatedAt, last.id)
      return { status: 200, body: { conversations: rows.map(answerConversation), next_before: nextBefore } }
    },

    'conversation.history': ({ identity, params, query: { before, limit = LIMIT } }) => {
      const found = store.read((db) => {
        const thread = threadOrThrow(db, params.id, identity.claims.sub)
        return historyOf(db, thread.id, { before: before === undefined ? undefined : Number(before), limit })
      })
      const { rows, last } = toPage(found, limit)
      const turns = rows.toReversed().map(answerTurn)
      return { status: 200, body: { turns, next_before: last && String(last.seq) } }
    },

    'conversation.search': ({ identity, query: { q, before, limit = LIMIT } }) => {
      const found = store.read((db) => searchTurns(db, identity.claims.sub, { q, before, limit }))
      const { rows, last } = toPage(found, limit)
      const nextBefore = last && timeCursor(last.timeKey, last.id)
      return { status: 200, body: { turns: rows.map(answerTurn), next_before: nextBefore } }
    },

    'conversation.export': ({ identity, query }) => {
      const format = EXPORT_FORMATS_BY_NAME[query.format ?? 'json']
      const userId = identity.claims.sub
      const user = store.read((db) => findUser(db, userId))
      if (!user) throw badTokenError()
      const head = { user: answerUser(user), exportedAt: new Date(now()).toISOString() }
      return {
        status: 200,
        body: Readable.from(exportPieces(store, { head, userId }, format), { objectMode: false }),
        headers: {
          'content-type': format.contentType,
          'content-disposition': `attachment; filename="${format.fileName}"`,
        },
      }
    },
  } satisfies Handlers
}
