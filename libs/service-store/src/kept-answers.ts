import type { RouteDefinition } from '@emotibot/contracts'
import { bodyHash, type Identity } from '@emotibot/service-kit'
import { and, eq, or, type SQL } from 'drizzle-orm'
import type { AnswersTable } from './answers-table.ts'
import { keyReusedError } from './errors.ts'
import type { Reader, Tx, WriteScope } from './store.ts'

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
  readonly identity: Identity | null
  readonly idempotencyKey: string | null
  readonly params: unknown
  readonly body: unknown
}

/** The claim of a request, or null where it has no key or the route keeps none. */
export function claimOf(route: RouteDefinition, asked: Asked, nowMs: number): Claim | null {
  const { identity, idempotencyKey: key, params, body } = asked
  if (route.retry !== 'keyed' || key === null) return null
  const userId = identity?.claims.sub ?? ''
  return { userId, key, route: route.key, bodyHash: bodyHash(params, body, route.secrets), nowMs }
}

/**
 * The answer the first try got, or null. It is good until it is forgotten: were it replaced, the other side's copy would
 * have to change too, and what a claim adds is never changed by one (libs/sync). Throws IDEMPOTENCY_MISMATCH when the key stood
 * for another request.
 */
export async function findAnswer(
  db: Reader,
  answers: AnswersTable,
  claim: Claim,
): Promise<KeptAnswer | null> {
  const [row] = await db.select().from(answers).where(isOf(answers, claim))
  if (!row) return null
  if (row.route !== claim.route || row.bodyHash !== claim.bodyHash) throw keyReusedError(claim.key)
  return { status: row.status, body: JSON.parse(row.answer) as unknown }
}

type Kept = { readonly claim: Claim; readonly scope: WriteScope; readonly answer: KeptAnswer }

/** Keeps an answer in the transaction of its effect. */
export async function keepAnswer(
  tx: Tx,
  answers: AnswersTable,
  { claim, scope, answer }: Kept,
): Promise<void> {
  const { userId, key, route, bodyHash, nowMs } = claim
  await tx.insert(answers).values({
    userId,
    key,
    writeGroup: scope.group,
    partition: scope.partition,
    route,
    bodyHash,
    status: answer.status,
    answer: JSON.stringify(answer.body),
    createdAtMs: nowMs,
  })
}

/** Forgets what a user who is leaving was answered, also before they had an id. */
export async function forgetAnswers(
  tx: Tx,
  answers: AnswersTable,
  { userId, partition }: { userId: string; partition: string },
): Promise<void> {
  await tx.delete(answers).where(or(eq(answers.userId, userId), eq(answers.partition, partition)))
}

export function isOf(
  answers: AnswersTable,
  { userId, key }: { userId: string; key: string },
): SQL | undefined {
  return and(eq(answers.userId, userId), eq(answers.key, key))
}
