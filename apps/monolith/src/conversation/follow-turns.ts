// Turns that the service wrote come by the mover, which knows nothing of sockets: the feed says that they came.
//
//   feed: turn of the service ─► row as it is now ─► its user's sockets
//
// What was written here is told by whoever wrote it, and has the monolith's origin.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { and, asc, eq, gt, inArray, isNotNull, lte } from 'drizzle-orm'
import type { Reader, Store } from '../store/store.ts'
import { feed } from '../store/sync-tables.ts'
import { type TurnRow, turns } from '../store/tables.ts'
import type { TurnNews } from './turn-news.ts'

const AT_ONCE = 200

export type FollowTurnsDeps = { readonly store: Store; readonly news: TurnNews }

/** Makes the chore; each call tells what came since the one before, a page at a time. Begins at the feed's end as it is now. */
export function createFollowTurns({ store, news }: FollowTurnsDeps) {
  let followed = store.endOfFeed()

  return async (stop: AbortSignal): Promise<void> => {
    for (let end = store.endOfFeed(); followed < end && !stop.aborted; ) {
      const { rows, upTo } = store.snapshot((db) => arrivedSince(db, followed, end))
      for (const row of rows) news.tell(row)
      followed = upTo
      await nextTurn()
    }
  }
}

/** Turns of the service that came after `after`, in the order in which they first did; and how far of the feed that is. */
function arrivedSince(db: Reader, after: number, end: number): { rows: TurnRow[]; upTo: number } {
  const entries = db
    .select({ seq: feed.seq, key: feed.key })
    .from(feed)
    .where(and(gt(feed.seq, after), lte(feed.seq, end), eq(feed.entity, 'turn'), eq(feed.origin, 'service')))
    .orderBy(asc(feed.seq))
    .limit(AT_ONCE)
    .all()
  const keys = [...new Set(entries.map(({ key }) => key))]
  const upTo = entries.length < AT_ONCE ? end : (entries.at(-1)?.seq ?? end)
  return { rows: keys.length === 0 ? [] : turnsInOrder(db, keys), upTo }
}

/** A turn that is gone by now, or is in no conversation, is nothing to tell of. */
function turnsInOrder(db: Reader, keys: string[]): TurnRow[] {
  const isTold = and(inArray(turns.id, keys), isNotNull(turns.threadId))
  const byId = Map.groupBy(db.select().from(turns).where(isTold).all(), ({ id }) => id)
  return keys.flatMap((key) => byId.get(key) ?? [])
}
