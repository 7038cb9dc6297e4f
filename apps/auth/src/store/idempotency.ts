import type { RouteDefinition } from '@emotibot/contracts'
import { bodyHash } from '@emotibot/service-kit'
import { and, asc, eq, lte, or } from 'drizzle-orm'
import { keyReusedError } from '../errors.ts'
import { idempotencyKeys } from '../schema.ts'
import type { Reader, Store, Tx, WriteScope } from './store.ts'
import { unlessStale } from './unless-stale.ts'

const KEY_LIFETIME_MS = 24 * 3_600_000
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

type Asked = {
  readonly userId: string
  readonly key: string | null
  readonly body: unknown
  readonly nowMs: number
}

/** The claim of a request, or null where it has no key or the route keeps none. */
export function claimOf(route: RouteDefinition, { userId, key, body, nowMs }: Asked): Claim | null {
  if (route.retry !== 'keyed' || key === null) return null
  return { userId, key, route: route.key, bodyHash: bodyHash(null, body, route.secrets), nowMs }
}

/**
 * The answer the first try got, or null. It is good until it is forgotten: were it replaced, the other side's copy would
 * have to change too, and what a claim adds is never changed by one (libs/sync). Throws IDEMPOTENCY_MISMATCH when the key stood
 * for another request.
 */
export async function findAnswer(db: Reader, claim: Claim): Promise<KeptAnswer | null> {
  const [row] = await db.select().from(idempotencyKeys).where(isOf(claim))
  if (!row) return null
  if (row.route !== claim.route || row.bodyHash !== claim.bodyHash) throw keyReusedError(claim.key)
  return { status: row.status, body: JSON.parse(row.answer) as unknown }
}

/** Keeps an answer in the transaction of its effect. */
export async function keepAnswer(
  tx: Tx,
  claim: Claim,
  { scope, answer }: { scope: WriteScope; answer: KeptAnswer },
): Promise<void> {
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
  await tx.insert(idempotencyKeys).values({ userId, key, ...kept })
}

/** Forgets what a user who is leaving was answered, also before they had an id. */
export async function forgetAnswers(tx: Tx, userId: string, partition: string): Promise<void> {
  const isTheirs = or(eq(idempotencyKeys.userId, userId), eq(idempotencyKeys.partition, partition))
  await tx.delete(idempotencyKeys).where(isTheirs)
}

/** Forgets some answers past their time, each under its partition: whoever owns that forgets for both sides. Returns how many. */
export async function purgeAnswers(store: Store, nowMs: number): Promise<number> {
  const isOver = lte(idempotencyKeys.createdAtMs, nowMs - KEY_LIFETIME_MS)
  const rows = await store.read((db) =>
    db
      .select()
      .from(idempotencyKeys)
      .where(isOver)
      .orderBy(asc(idempotencyKeys.createdAtMs))
      .limit(PURGE_AT_ONCE),
  )
  for (const row of rows) {
    const scope = { group: 'auth', partition: row.partition } as const
    await unlessStale(store.write(scope, (tx) => tx.delete(idempotencyKeys).where(and(isOf(row), isOver))))
  }
  return rows.length
}

function isOf({ userId, key }: { userId: string; key: string }) {
  return and(eq(idempotencyKeys.userId, userId), eq(idempotencyKeys.key, key))
}
