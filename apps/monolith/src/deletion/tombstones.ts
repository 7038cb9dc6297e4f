import { and, asc, desc, eq, exists, gt, isNotNull, lte, max, or, sql } from 'drizzle-orm'
import type { Reader } from '../store/store.ts'
import { feed, tombstones } from '../store/sync-tables.ts'
import {
  conversationIdempotencyKeys,
  emotionIdempotencyKeys,
  feedback,
  threads,
  turns,
} from '../store/tables.ts'

/** A user or a session that was deleted for good, on either side. */
export type Departed = {
  readonly entity: 'user' | 'session'
  readonly key: string
  readonly partition: string
}

export type Page = { readonly departed: readonly Departed[]; readonly upTo: number }

const AT_ONCE = 200

/** Where the feed ends. */
export function endOfFeed(db: Reader): number {
  return (
    db
      .select({ end: max(feed.seq) })
      .from(feed)
      .get()?.end ?? 0
  )
}

/** Users who went since `after`, and sessions that the other side ended; and how far of the feed that is. */
export function departedSince(db: Reader, after: number): Page {
  const end = endOfFeed(db)
  const isOfInterest = or(
    eq(feed.entity, 'user'),
    and(eq(feed.entity, 'session'), eq(feed.origin, 'service')),
  )
  const rows = db
    .select({ seq: feed.seq, entity: tombstones.entity, key: feed.key, partition: feed.partition })
    .from(feed)
    .innerJoin(tombstones, and(eq(tombstones.entity, feed.entity), eq(tombstones.key, feed.key)))
    .where(and(gt(feed.seq, after), lte(feed.seq, end), isOfInterest))
    .orderBy(asc(feed.seq))
    .limit(AT_ONCE)
    .all()
  const departed = rows.map(({ entity, key, partition }) => ({ entity, key, partition: partition ?? '' }))
  return { departed, upTo: rows.length < AT_ONCE ? end : (rows.at(-1)?.seq ?? end) }
}

/** Users who are gone and still have rows of other groups here, in the order of their ids after `after`. */
export function usersToFinish(db: Reader, after: string): Departed[] {
  const hasRows = [threads, turns, feedback, conversationIdempotencyKeys, emotionIdempotencyKeys].map(
    (table) => exists(db.select({ one: sql`1` }).from(table).where(eq(table.userId, tombstones.key))),
  )
  const rows = db
    .select({ key: tombstones.key })
    .from(tombstones)
    .where(and(eq(tombstones.entity, 'user'), gt(tombstones.key, after), or(...hasRows)))
    .orderBy(asc(tombstones.key))
    .limit(AT_ONCE)
    .all()
  return rows.map(({ key }) => ({ entity: 'user', key, partition: partitionOf(db, key) }))
}

/** A tombstone does not say whose it was; the entry of the deletion does. */
function partitionOf(db: Reader, userId: string): string {
  const isTheirs = and(eq(feed.entity, 'user'), eq(feed.key, userId), isNotNull(feed.partition))
  const entry = db
    .select({ partition: feed.partition })
    .from(feed)
    .where(isTheirs)
    .orderBy(desc(feed.seq))
    .limit(1)
    .get()
  return entry?.partition ?? ''
}
