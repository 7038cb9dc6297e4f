import { setImmediate as nextTurn } from 'node:timers/promises'
import { and, asc, eq, gt } from 'drizzle-orm'
import type { Store } from '../store/store.ts'
import { turns, users } from '../store/tables.ts'
import { answerTurn } from './answer.ts'
import type { Replies } from './replies.ts'

const PAGE = 20

/** Has the replies written that a crash left pending, one after another, until `stop`. */
export async function recoverReplies(store: Store, replies: Replies, stop: AbortSignal): Promise<void> {
  for (let docid = 0; ; ) {
    const page = pendingAfter(store, docid)
    for (const { turn, partition } of page) {
      if (stop.aborted) return
      await replies.begin({ turn: answerTurn(turn), userId: turn.userId ?? '', partition, isPaced: false })
      await nextTurn()
      docid = turn.docid
    }
    if (page.length < PAGE) return
  }
}

function pendingAfter(store: Store, docid: number) {
  return store.read((db) =>
    db
      .select({ turn: turns, partition: users.usernameKey })
      .from(turns)
      .innerJoin(users, eq(users.id, turns.userId))
      .where(and(eq(turns.replyStatus, 'pending'), gt(turns.docid, docid)))
      .orderBy(asc(turns.docid))
      .limit(PAGE)
      .all(),
  )
}
