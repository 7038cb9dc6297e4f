import { and, asc, eq, lte } from 'drizzle-orm'
import type { Store, WriteScope } from '../store.ts'
import { authIdempotencyKeys, idempotencyKeys } from '../tables.ts'
import { unlessStale } from './unless-stale.ts'

/** For so long a retry finds its answer, at least. */
export const KEY_LIFETIME_MS = 24 * 3_600_000
const PURGE_AT_ONCE = 100

type Answers = typeof idempotencyKeys

/** Forgets some answers past their time, each under its partition: whoever owns that forgets for both sides. Returns how many. */
export function purgeAnswers(store: Store, nowMs: number): number {
  return (
    purge(store, idempotencyKeys, nowMs) +
    // Claims only add, also on the other side (libs/sync): what they added is `auth`'s to take away.
    purge(store, authIdempotencyKeys, nowMs, 'auth')
  )
}

function purge(store: Store, answers: Answers, nowMs: number, group?: WriteScope['group']): number {
  const isOver = lte(answers.createdAtMs, nowMs - KEY_LIFETIME_MS)
  const rows = store.read((db) =>
    db.select().from(answers).where(isOver).orderBy(asc(answers.createdAtMs)).limit(PURGE_AT_ONCE).all(),
  )
  for (const { userId, key, writeGroup, partition } of rows) {
    const isThis = and(eq(answers.userId, userId), eq(answers.key, key), isOver)
    const scope = { group: group ?? writeGroup, partition }
    unlessStale(() => store.write(scope, (tx) => tx.delete(answers).where(isThis).run()))
  }
  return rows.length
}
