import type { RouteDefinition, WriteGroup } from '@emotibot/contracts'
import { ApiError } from '@emotibot/service-kit'
import { and, eq, or } from 'drizzle-orm'
import type { Reader, Tx } from '../store.ts'
import { authIdempotencyKeys, conversationIdempotencyKeys, emotionIdempotencyKeys } from '../tables.ts'

/** One intended effect: whose it is, the key its client made up, and what it asks. */
export type Claim = {
  readonly userId: string
  readonly key: string
  readonly route: RouteDefinition['key']
  readonly group: WriteGroup
  readonly bodyHash: string
  readonly nowMs: number
}

export type KeptAnswer = { readonly status: number; readonly body: unknown }

const ANSWERS = {
  auth: authIdempotencyKeys,
  'auth.claim': authIdempotencyKeys,
  conversation: conversationIdempotencyKeys,
  emotion: emotionIdempotencyKeys,
} as const satisfies Record<WriteGroup, unknown>

/**
 * The answer the first try got, or null. It is good until it is forgotten: were it replaced, the other side's copy would
 * have to change too, and what a claim adds is never changed by one (libs/sync). Throws IDEMPOTENCY_MISMATCH when the key
 * stood for another request.
 */
export function findAnswer(db: Reader, { userId, key, route, group, bodyHash }: Claim): KeptAnswer | null {
  const answers = ANSWERS[group]
  const row = db
    .select()
    .from(answers)
    .where(and(eq(answers.userId, userId), eq(answers.key, key)))
    .get()
  if (!row) return null
  if (row.route !== route || row.bodyHash !== bodyHash)
    throw new ApiError(
      'IDEMPOTENCY_MISMATCH',
      `The Idempotency-Key "${key}" already stands for another request. Make up a new one.`,
    )
  return { status: row.status, body: JSON.parse(row.answer) as unknown }
}

/** Keeps an answer in the transaction of its effect. */
export function keepAnswer(
  tx: Tx,
  claim: Claim,
  { partition, status, body }: KeptAnswer & { partition: string },
): void {
  const { userId, key, route, group, bodyHash, nowMs } = claim
  const answer = JSON.stringify(body)
  tx.insert(ANSWERS[group])
    .values({
      userId,
      key,
      writeGroup: group,
      partition,
      route,
      bodyHash,
      status,
      answer,
      createdAtMs: nowMs,
    })
    .run()
}

/** Forgets what a group other than `auth` answered a user who is gone. */
export function forgetAnswers(tx: Tx, userId: string, group: 'conversation' | 'emotion'): void {
  const answers = ANSWERS[group]
  tx.delete(answers).where(eq(answers.userId, userId)).run()
}

/** The same of `auth`, with what the user was answered before they had an id. */
export function forgetAuthAnswers(tx: Tx, userId: string, partition: string): void {
  const isTheirs = or(eq(authIdempotencyKeys.userId, userId), eq(authIdempotencyKeys.partition, partition))
  tx.delete(authIdempotencyKeys).where(isTheirs).run()
}
