import { fold, type TokenClaims } from '@emotibot/contracts'
import type { Reader } from '@emotibot/service-store'
import { owns } from '@emotibot/sync'
import { and, eq, or, sql } from 'drizzle-orm'
import { authority, sessions, tombstones, users } from './schema.ts'

/**
 * `live`: it goes on. `over`: it was here, or it or its user was deleted for good. `coming`: nothing is known of it but its
 * user, so it may be on its way from the other side. `unknown`: nor is its user.
 */
export type Standing = 'live' | 'over' | 'coming' | 'unknown'

/** A session, and whether its user's partition of `auth` is owned here: then whatever there is has arrived. */
export type SessionView = { readonly standing: Standing; readonly isOwned: boolean }

type Looking = { readonly claims: Pick<TokenClaims, 'sub' | 'sid' | 'username'>; readonly nowMs: number }

/** One statement, so that both are of one moment: an owner that came to own between two reads would be no witness. */
export async function viewSession(db: Reader, { claims, nowMs }: Looking): Promise<SessionView> {
  const isBuried = or(
    and(eq(tombstones.entity, 'session'), eq(tombstones.key, claims.sid)),
    and(eq(tombstones.entity, 'user'), eq(tombstones.key, claims.sub)),
  )
  const [row] = await db
    .select({
      isActive: users.isActive,
      session: sessions,
      tombstone: tombstones.key,
      low: authority.low,
      high: authority.high,
      allow: names(authority.allow),
      deny: names(authority.deny),
    })
    .from(authority)
    .leftJoin(users, eq(users.id, claims.sub))
    .leftJoin(sessions, eq(sessions.id, claims.sid))
    .leftJoin(tombstones, isBuried)
    .where(eq(authority.writeGroup, 'auth'))
    .limit(1)
  if (!row) throw new TypeError('The database has no authority row for the group "auth".')
  return { standing: standingOf(row, claims.sub, nowMs), isOwned: owns(row, fold(claims.username)) }
}

/** As JSON: an array of text does not come as a value from the driver. */
const names = (column: typeof authority.allow | typeof authority.deny) => sql<string[]>`to_json(${column})`

type Found = {
  readonly isActive: boolean | null
  readonly session: typeof sessions.$inferSelect | null
  readonly tombstone: string | null
}

function standingOf({ isActive, session, tombstone }: Found, userId: string, nowMs: number): Standing {
  if (tombstone !== null || isActive === false) return 'over'
  if (session && (session.userId !== userId || session.revokedAtMs !== null || session.expiresAtMs <= nowMs))
    return 'over'
  if (isActive === null) return 'unknown'
  return session ? 'live' : 'coming'
}
