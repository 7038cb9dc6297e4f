import { SESSION_LIFETIME_SECONDS } from '@emotibot/contracts'
import { and, eq, gt, lte, ne, type SQL } from 'drizzle-orm'
import type { Reader, Store, Tx } from '../store/store.ts'
import { sessions, users } from '../store/tables.ts'
import { unlessStale } from '../store/writes/unless-stale.ts'

export type NewSession = { readonly id: string; readonly userId: string; readonly nowMs: number }

export function sessionExpiresAtMs(nowMs: number): number {
  return nowMs + SESSION_LIFETIME_SECONDS * 1_000
}

export function addSession(tx: Tx, { id, userId, nowMs }: NewSession): void {
  tx.insert(sessions)
    .values({ id, userId, createdAtMs: nowMs, expiresAtMs: sessionExpiresAtMs(nowMs) })
    .run()
}

/** The end of a session that goes on and whose user may sign in, or null. */
export function findSessionEndMs(
  db: Reader,
  sid: string,
  { userId, nowMs }: Omit<NewSession, 'id'>,
): number | null {
  const row = db
    .select({ expiresAtMs: sessions.expiresAtMs, isActive: users.isActive })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.id, sid), eq(sessions.userId, userId), gt(sessions.expiresAtMs, nowMs)))
    .get()
  return row && row.isActive !== false ? row.expiresAtMs : null
}

export function hasSession(db: Reader, sid: string): boolean {
  return db.select({ id: sessions.id }).from(sessions).where(eq(sessions.id, sid)).get() !== undefined
}

export function endSession(tx: Tx, sid: string): void {
  tx.delete(sessions).where(eq(sessions.id, sid)).run()
}

/** Ends all sessions of a user; returns the ids of those that ended. */
export function endSessionsOf(tx: Tx, userId: string): string[] {
  return endThose(tx, eq(sessions.userId, userId))
}

/** Ends all sessions of a user but one; returns the ids of those that ended. */
export function endOtherSessions(tx: Tx, userId: string, sid: string): string[] {
  return endThose(tx, and(eq(sessions.userId, userId), ne(sessions.id, sid)))
}

function endThose(tx: Tx, which: SQL | undefined): string[] {
  const ended = tx.select({ id: sessions.id }).from(sessions).where(which).all()
  tx.delete(sessions).where(which).run()
  return ended.map(({ id }) => id)
}

const PURGE_AT_ONCE = 100

/** Removes some sessions that are past their end, each under its user's partition. Returns how many. */
export function purgeSessions(store: Store, nowMs: number): number {
  const isOver = lte(sessions.expiresAtMs, nowMs)
  const rows = store.read((db) =>
    db
      .select({ id: sessions.id, partition: users.usernameKey })
      .from(sessions)
      .leftJoin(users, eq(users.id, sessions.userId))
      .where(isOver)
      .limit(PURGE_AT_ONCE)
      .all(),
  )
  for (const { id, partition } of rows)
    unlessStale(() => store.write({ group: 'auth', partition: partition ?? '' }, (tx) => endSession(tx, id)))
  return rows.length
}
