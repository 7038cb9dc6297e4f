import { and, count, eq, gte, isNotNull, sql } from 'drizzle-orm'
import type { Reader } from '../store/store.ts'
import { feedback, turns } from '../store/tables.ts'
import type { Bucket } from './buckets.ts'
import type { Tally } from './trends.ts'

/** What the user says a turn was counts before what we heard. */
const EMOTION_FELT = sql<string | null>`coalesce(${feedback.emotion}, ${turns.detectedEmotion})`

/** A polarity that can be summed: an old row may hold anything. */
const RATED = sql<number | null>`CASE WHEN abs(${turns.polarity}) <= 1 AND typeof(${turns.polarity}) <> 'text'
  THEN ${turns.polarity} END`

/** How the user's turns since the first bucket sounded, counted by bucket and emotion. */
export function talliesOf(db: Reader, userId: string, buckets: readonly Bucket[]): Tally[] {
  const [first] = buckets
  if (!first) return []
  const key = sql<string>`substr(${turns.timeKey}, 1, ${sql.raw(String(first.key.length))})`
  const isTheirs = and(eq(turns.userId, userId), isNotNull(turns.threadId), gte(turns.timeKey, first.start))
  return db
    .select({
      key,
      emotion: EMOTION_FELT,
      count: count(),
      rated: count(RATED),
      polaritySum: sql<number>`coalesce(sum(${RATED}), 0.0)`,
    })
    .from(turns)
    .leftJoin(feedback, and(eq(feedback.turnId, turns.id), eq(feedback.userId, userId)))
    .where(isTheirs)
    .groupBy(key, EMOTION_FELT)
    .all()
}
