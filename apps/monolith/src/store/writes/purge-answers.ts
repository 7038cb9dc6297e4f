import { and, asc, eq, lte } from 'drizzle-orm'
import type { Store } from '../store.ts'
import { authIdempotencyKeys, conversationIdempotencyKeys, emotionIdempotencyKeys } from '../tables.ts'
import { unlessStale } from './unless-stale.ts'

/** For so long a retry finds its answer, at least. */
export const KEY_LIFETIME_MS = 24 * 3_600_000
const PURGE_AT_ONCE = 100

/** Whose each table is. Claims only add, also on the other side (libs/sync): what they added is `auth`'s to take away. */
const ANSWERS = [
  { group: 'auth', answers: authIdempotencyKeys },
  { group: 'conversation', answers: conversationIdempotencyKeys },
  { group: 'emotion', answers: emotionIdempotencyKeys },
] as const
type Answers = (typeof ANSWERS)[number]

/**
 * Forgets some answers past their time, a page of each domain's and each under its partition: whoever owns that forgets for
 * both sides. Returns how many.
 */
export function purgeAnswers(store: Store, nowMs: number): number {
  return ANSWERS.reduce((count, one) => count + purge(store, one, nowMs), 0)
}

function purge(store: Store, { group, answers }: Answers, nowMs: number): number {
  const isOver = lte(answers.createdAtMs, nowMs - KEY_LIFETIME_MS)
  const rows = store.read((db) =>
    db.select().from(answers).where(isOver).orderBy(asc(answers.createdAtMs)).limit(PURGE_AT_ONCE).all(),
  )
  for (const { userId, key, partition } of rows) {
    const isThis = and(eq(answers.userId, userId), eq(answers.key, key), isOver)
    unlessStale(() => store.write({ group, partition }, (tx) => tx.delete(answers).where(isThis).run()))
  }
  return rows.length
}
