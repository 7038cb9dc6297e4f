import { readStorable } from '@emotibot/contracts'
import type { Reader } from '@emotibot/service-store'
import { and, count, eq, gte, sql } from 'drizzle-orm'
import { feedback, readings } from '../schema.ts'
import type { Bucket } from './buckets.ts'
import { sumExactly } from './sum-exactly.ts'

/** Turns of one bucket that were felt alike. */
export type Tally = {
  readonly prefix: string
  readonly emotion: string | null
  readonly count: number
  readonly rated: number
  readonly polarity: number
}

/** What the user says a turn was counts before what was heard. */
export const FELT = sql<string | null>`coalesce(${feedback.emotion}, ${readings.emotion})`

/** Of an old row it may be anything; what cannot be one counts for none. */
const POLARITIES = sql<number[]>`
  coalesce(json_agg(${readings.polarity}) filter (where abs(${readings.polarity}) <= 1), '[]')`

/** How the user's turns since the first bucket were felt, by bucket and then by emotion. */
export async function readTallies(db: Reader, userId: string, buckets: readonly Bucket[]): Promise<Tally[]> {
  const [first] = buckets
  if (!first) return []
  const prefix = sql<string>`substr(${readings.timeKey}, 1, ${sql.raw(String(first.prefix.length))})`
  const isSince = gte(readings.timeKey, first.start)
  const isTheirs = and(eq(readings.userId, userId), eq(readings.isThreaded, true), isSince)
  const rows = await db
    .select({ prefix, emotion: FELT, count: count(), polarities: POLARITIES })
    .from(readings)
    .leftJoin(feedback, and(eq(feedback.turnId, readings.turnId), eq(feedback.userId, userId)))
    .where(isTheirs)
    .groupBy(prefix, FELT)
    .orderBy(prefix, sql`${FELT} collate "C" nulls first`)
  return rows.map(({ emotion, polarities, ...row }) => ({
    ...row,
    emotion: emotion && readStorable(emotion),
    rated: polarities.length,
    polarity: sumExactly(polarities),
  }))
}
