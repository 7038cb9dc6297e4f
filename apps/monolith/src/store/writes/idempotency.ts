import type { RouteDefinition } from '@emotibot/contracts'
import { ApiError } from '@emotibot/service-kit'
import { and, asc, eq, gt, lte } from 'drizzle-orm'
import type { Reader, Store, Tx, WriteScope } from '../store.ts'
import { idempotencyKeys } from '../tables.ts'
import { unlessStale } from './unless-stale.ts'

export const KEY_LIFETIME_MS = 24 * 3_600_000
const PURGE_AT_ONCE = 100

/** One intended effect: whose it is, the key its client made up, and what it asks. */
export type Claim = {
  readonly userId: string
  readonly key: string
  readonly route: RouteDefinition['key']
  readonly bodyHash: string
  readonly nowMs: number
}

export type KeptAnswer = { readonly status: number; readonly body: unknown }

/** The answer the first try got, or null. Throws IDEMPOTENCY_MISMATCH when the key stood for another request. */
export function findAnswer(db: Reader, { userId, key, route, bodyHash, nowMs }: Claim): KeptAnswer | null {
  const isLive = gt(idempotencyKeys.createdAtMs, nowMs - KEY_LIFETIME_MS)
  const row = db
    .select()
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.userId, userId), eq(idempotencyKeys.key, key), isLive))
    .get()
  if (!row) return null
  if (row.route !== route || row.bodyHash !== bodyHash)
    throw new ApiError(
      'IDEMPOTENCY_MISMATCH',
      `The Idempotency-Key "${key}" already stands for another request. Make up a new one.`,
    )
  return { status: row.status, body: JSON.parse(row.answer) as unknown }
}

/** Keeps an answer in the transaction of its effect, in place of one that is past its time. */
export function keepAnswer(
  tx: Tx,
  claim: Claim,
  { scope, answer }: { scope: WriteScope; answer: KeptAnswer },
) {
  const { userId, key, route, bodyHash, nowMs } = claim
  const kept = {
    writeGroup: scope.group,
    partition: scope.partition,
    route,
    bodyHash,
    status: answer.status,
    answer: JSON.stringify(answer.body),
    createdAtMs: nowMs,
  }
  tx.insert(idempotencyKeys)
    .values({ userId, key, ...kept })
    .onConflictDoUpdate({ target: [idempotencyKeys.userId, idempotencyKeys.key], set: kept })
    .run()
}

/** Forgets what a group answered a user who is leaving. */
export function forgetAnswers(tx: Tx, userId: string, { group }: WriteScope): void {
  const isTheirs = and(eq(idempotencyKeys.userId, userId), eq(idempotencyKeys.writeGroup, group))
  tx.delete(idempotencyKeys).where(isTheirs).run()
}

/** Forgets some answers past their time, each under the group and partition it belongs to. Returns how many. */
export function purgeAnswers(store: Store, nowMs: number): number {
  const isOver = lte(idempotencyKeys.createdAtMs, nowMs - KEY_LIFETIME_MS)
  const rows = store.read((db) =>
    db
      .select()
      .from(idempotencyKeys)
      .where(isOver)
      .orderBy(asc(idempotencyKeys.createdAtMs))
      .limit(PURGE_AT_ONCE)
      .all(),
  )
  for (const { userId, key, writeGroup: group, partition } of rows) {
    const isThis = and(eq(idempotencyKeys.userId, userId), eq(idempotencyKeys.key, key), isOver)
    unlessStale(() =>
      store.write({ group, partition }, (tx) => tx.delete(idempotencyKeys).where(isThis).run()),
    )
  }
  return rows.length
}
