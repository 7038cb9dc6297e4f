// Who is at a pending turn. Several processes serve one database, and a reply must not be asked for twice at once:
//
//   send: taken with the turn, in its transaction ┐
//   sweep: claimed, where nobody's or past its end ┴─► work ─► ended, in the transaction of the last result
//                                                        └──► put off: nobody's until then, one try more
//
// A process that is killed leaves its leases to run out; one that was frozen meanwhile finds its results done.
import type { Store, Tx } from '@emotibot/service-store'
import { eq, lt, sql } from 'drizzle-orm'
import { turnLeases } from '../schema.ts'

const STORING_MS = 2_000

export type LeaseTimes = {
  readonly leaseMs: number
  /** How long of it a task may wait until it asks for its reply. */
  readonly patienceMs: number
}

/** A lease is long enough to wait, ask and store; no longer, for a killed process leaves it to run out. */
export function leaseTimesOf(deadlines: { emotionDeadlineMs: number; replyDeadlineMs: number }): LeaseTimes {
  const askingMs = deadlines.emotionDeadlineMs + deadlines.replyDeadlineMs
  return { leaseMs: 2 * askingMs + STORING_MS, patienceMs: askingMs }
}

const inMs = (ms: number) => sql`clock_timestamp() + ${ms} * interval '1 millisecond'`

/** Of a turn that is being stored. */
export async function takeLease(tx: Tx, turnId: string, leaseMs: number): Promise<void> {
  await tx.insert(turnLeases).values({ turnId, attempts: 0, until: inMs(leaseMs) })
}

/** Those of these turns that nobody else is at, with how often they were tried in vain. */
export async function claimTurns(
  store: Store,
  turnIds: readonly string[],
  leaseMs: number,
): Promise<Map<string, number>> {
  if (turnIds.length === 0) return new Map()
  const wanted = turnIds.map((turnId) => ({ turnId, attempts: 0, until: inMs(leaseMs) }))
  const claimed = await store.writeOwn((tx) =>
    tx
      .insert(turnLeases)
      .values(wanted)
      .onConflictDoUpdate({
        target: turnLeases.turnId,
        set: { until: sql`excluded.until` },
        setWhere: sql`${turnLeases.until} <= clock_timestamp()`,
      })
      .returning({ turnId: turnLeases.turnId, attempts: turnLeases.attempts }),
  )
  return new Map(claimed.map(({ turnId, attempts }) => [turnId, attempts]))
}

export async function endLease(tx: Tx, turnId: string): Promise<void> {
  await tx.delete(turnLeases).where(eq(turnLeases.turnId, turnId))
}

export type Rest = { readonly attempts: number; readonly ms: number }

export async function putOff(store: Store, turnId: string, { attempts, ms }: Rest): Promise<void> {
  await store.writeOwn((tx) =>
    tx
      .update(turnLeases)
      .set({ attempts, until: inMs(ms) })
      .where(eq(turnLeases.turnId, turnId)),
  )
}

const FORGOTTEN_AFTER_MS = 3_600_000

/** Forgets leases of turns that were finished or deleted without us. */
export async function purgeLeases(store: Store): Promise<void> {
  await store.writeOwn((tx) => tx.delete(turnLeases).where(lt(turnLeases.until, inMs(-FORGOTTEN_AFTER_MS))))
}
