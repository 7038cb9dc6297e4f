import { SESSION_LIFETIME_SECONDS } from '@emotibot/contracts'
import type { Reader, Store, Tx } from '@emotibot/service-store'
import { unlessStale } from '@emotibot/service-store'
import { and, eq, gt, isNull, lte, ne, type SQL } from 'drizzle-orm'
import { sessions, users } from './schema.ts'

export type NewSession = { readonly id: string; readonly userId: string; readonly nowMs: number }

export function sessionExpiresAtMs(nowMs: number): number {
  return nowMs + SESSION_LIFETIME_SECONDS * 1_000
}

export async function addSession(tx: Tx, { id, userId, nowMs }: NewSession): Promise<void> {
  const row = { id, userId, createdAtMs: nowMs, expiresAtMs: sessionExpiresAtMs(nowMs), revokedAtMs: null }
  await tx.insert(sessions).values(row)
}

/** The end of a session that goes on and whose user may sign in, or null. */
export async function findSessionEndMs(
  db: Reader,
  sid: string,
  { userId, nowMs }: Omit<NewSession, 'id'>,
): Promise<number | null> {
  const [row] = await db
    .select({ expiresAtMs: sessions.expiresAtMs })
    .from(sessions)
    .innerJoin(users, and(eq(users.id, sessions.userId), eq(users.isActive, true)))
    .where(
      and(
        eq(sessions.id, sid),
        eq(sessions.userId, userId),
        gt(sessions.expiresAtMs, nowMs),
        isNull(sessions.revokedAtMs),
      ),
    )
  return row?.expiresAtMs ?? null
}

export function revokeSession(tx: Tx, sid: string, nowMs: number): Promise<string[]> {
  return revoke(tx, eq(sessions.id, sid), nowMs)
}

export function revokeSessionsOf(tx: Tx, userId: string, nowMs: number): Promise<string[]> {
  return revoke(tx, eq(sessions.userId, userId), nowMs)
}

/** Revokes all sessions of a user but one. */
export function revokeOtherSessions(
  tx: Tx,
  { userId, id }: Pick<NewSession, 'userId' | 'id'>,
  nowMs: number,
): Promise<string[]> {
  return revoke(tx, and(eq(sessions.userId, userId), ne(sessions.id, id)), nowMs)
}

/** Answers the ids of those that lived until now. */
async function revoke(tx: Tx, which: SQL | undefined, nowMs: number): Promise<string[]> {
  const revoked = await tx
    .update(sessions)
    .set({ revokedAtMs: nowMs })
    .where(and(which, isLive, gt(sessions.expiresAtMs, nowMs)))
    .returning({ id: sessions.id })
  return revoked.map(({ id }) => id)
}

/** Removes all sessions of a user, and answers the ids of those that lived until now. */
export async function removeSessionsOf(tx: Tx, userId: string, nowMs: number): Promise<string[]> {
  const removed = await tx.delete(sessions).where(eq(sessions.userId, userId)).returning()
  return removed.flatMap((row) => (row.revokedAtMs === null && row.expiresAtMs > nowMs ? [row.id] : []))
}

const isLive = isNull(sessions.revokedAtMs)
const PURGE_AT_ONCE = 100

/** Removes some sessions that are past their end, each under its user's partition. Returns how many. */
export async function purgeSessions(store: Store, nowMs: number): Promise<number> {
  const rows = await store.read((db) =>
    db
      .select({ id: sessions.id, partition: users.usernameKey })
      .from(sessions)
      .leftJoin(users, eq(users.id, sessions.userId))
      .where(lte(sessions.expiresAtMs, nowMs))
      .limit(PURGE_AT_ONCE),
  )
  for (const { id, partition } of rows) {
    const scope = { group: 'auth', partition: partition ?? '' } as const
    await unlessStale(store.write(scope, (tx) => tx.delete(sessions).where(eq(sessions.id, id))))
  }
  return rows.length
}
