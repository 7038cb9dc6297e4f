import { and, asc, eq, gt, lte, or, sql } from 'drizzle-orm'
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
export type Departed = { readonly entity: 'user' | 'session'; readonly key: string }

const AT_ONCE = 200

/** Users who went in `(after, end]` of the feed, and sessions that the other side ended; and how far of the feed that is. */
export function departedSince(
  db: Reader,
  after: number,
  end: number,
): { departed: Departed[]; upTo: number } {
  const isOfInterest = or(
    eq(feed.entity, 'user'),
    and(eq(feed.entity, 'session'), eq(feed.origin, 'service')),
  )
  const rows = db
    .select({ seq: feed.seq, entity: tombstones.entity, key: feed.key })
    .from(feed)
    .innerJoin(tombstones, and(eq(tombstones.entity, feed.entity), eq(tombstones.key, feed.key)))
    .where(and(gt(feed.seq, after), lte(feed.seq, end), isOfInterest))
    .orderBy(asc(feed.seq))
    .limit(AT_ONCE)
    .all()
  return { departed: rows, upTo: rows.length < AT_ONCE ? end : (rows.at(-1)?.seq ?? end) }
}

const OWNED = [threads, turns, feedback, conversationIdempotencyKeys, emotionIdempotencyKeys]

/** Whether anything of a user is left in the groups other than `auth`. */
const HAS_ROWS = sql<number>`${sql.join(
  OWNED.map((table) => sql`EXISTS (SELECT 1 FROM ${table} WHERE ${table.userId} = ${tombstones.key})`),
  sql` OR `,
)}`

/** Some of the users who are gone, in the order of their ids after `after`; `last` null when there are no more. */
export function departedAfter(db: Reader, after: string): { unfinished: string[]; last: string | null } {
  const rows = db
    .select({ key: tombstones.key, hasRows: HAS_ROWS })
    .from(tombstones)
    .where(and(eq(tombstones.entity, 'user'), gt(tombstones.key, after)))
    .orderBy(asc(tombstones.key))
    .limit(AT_ONCE)
    .all()
  const unfinished = rows.flatMap(({ key, hasRows }) => (hasRows ? [key] : []))
  return { unfinished, last: rows.at(-1)?.key ?? null }
}
