// A turn that says `pending` is a job that is replicated with it, and whoever owns its partition does it (DESIGN §6.14): a
// crash left it, or the other side began it and gave the partition up.
//
//   emotion pending ─► analyzed, corrected ─► reply pending ─► composed, stored
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Analysis } from '@emotibot/contracts'
import { and, asc, eq, getTableColumns, gt, sql } from 'drizzle-orm'
import type { Store } from '../store/store.ts'
import { type TurnRow, turns, users } from '../store/tables.ts'
import { unlessStale } from '../store/writes/unless-stale.ts'
import { answerTurn } from './answer.ts'
import type { Replies } from './replies.ts'
import type { TurnNews } from './turn-news.ts'
import { correctEmotion } from './turns.ts'

const PAGE = 20

export type CompletePendingDeps = {
  readonly store: Store
  readonly replies: Replies
  readonly news: TurnNews
  readonly analyze: (text: string) => Analysis
  readonly now: () => number
}

/** Makes the chore: completes what is pending here and nobody in this process is at, one after another, until `stop`. */
export function createCompletePending(deps: CompletePendingDeps) {
  const { store, replies } = deps
  const isOurs = ({ id, ownerKey }: TurnRow) =>
    !replies.isUnderWay(id) && store.owns({ group: 'conversation', partition: ownerKey })

  return async (stop: AbortSignal): Promise<void> => {
    for (let docid = 0; ; ) {
      const page = pendingAfter(store, docid)
      for (const turn of page) {
        if (stop.aborted) return
        if (isOurs(turn)) await complete(turn, deps)
        docid = turn.docid
      }
      if (page.length < PAGE) return
      await nextTurn()
    }
  }
}

async function complete(turn: TurnRow, deps: CompletePendingDeps): Promise<void> {
  const row = turn.emotionStatus === 'pending' ? correct(turn, deps) : turn
  if (row?.replyStatus !== 'pending') return
  const { userId, ownerKey } = row
  await deps.replies.begin({
    turn: answerTurn(row),
    userId: userId ?? '',
    partition: ownerKey,
    isPaced: false,
  })
}

/** The turn as it is by then; null where it is the other side's now, or gone. */
function correct(turn: TurnRow, { store, news, analyze, now }: CompletePendingDeps): TurnRow | null {
  const emotion = analyze(turn.userMessage ?? '')
  const time = new Date(now()).toISOString()
  const written = unlessStale(() =>
    store.write({ group: 'conversation', partition: turn.ownerKey }, (tx) =>
      correctEmotion(tx, turn.id, { emotion, time }),
    ),
  )
  const row = written?.value ?? null
  if (row) news.updated(row)
  return row
}

/** As its partial index spells it. What a user left who is gone waits to be removed. */
const IS_PENDING = sql`(${turns.replyStatus} = 'pending' OR ${turns.emotionStatus} = 'pending')`

function pendingAfter(store: Store, docid: number): TurnRow[] {
  return store.read((db) =>
    db
      .select(getTableColumns(turns))
      .from(turns)
      .innerJoin(users, eq(users.id, turns.userId))
      .where(and(IS_PENDING, gt(turns.docid, docid)))
      .orderBy(asc(turns.docid))
      .limit(PAGE)
      .all(),
  )
}
