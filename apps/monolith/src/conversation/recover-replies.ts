import { setImmediate as nextTurn } from 'node:timers/promises'
import { and, asc, eq, gt } from 'drizzle-orm'
import type { Store } from '../store/store.ts'
import { turns, users } from '../store/tables.ts'
import { answerTurn } from './answer.ts'
import type { Replies } from './replies.ts'

const PAGE = 20

/** Has the replies written that a crash left pending, a few at a time. */
export async function recoverReplies(store: Store, replies: Replies): Promise<void> {
  for (let docid = 0; ; ) {
    const rows = store.read((db) =>
      db
        .select({ turn: turns, partition: users.usernameKey })
        .from(turns)
        .innerJoin(users, eq(users.id, turns.userId))
        .where(and(eq(turns.replyStatus, 'pending'), gt(turns.docid, docid)))
        .orderBy(asc(turns.docid))
        .limit(PAGE)
        .all(),
    )
    for (const { turn, partition } of rows) {
      replies.begin({ turn: answerTurn(turn), userId: turn.userId ?? '', partition, isPaced: false })
      await replies.settled(turn.id, Number.POSITIVE_INFINITY)
      docid = turn.docid
      await nextTurn()
    }
    if (rows.length < PAGE) return
  }
}
