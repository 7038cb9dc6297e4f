import { answerTime, fold, type User } from '@emotibot/contracts'
import type { Reader, Tx } from '@emotibot/service-store'
import { and, asc, eq, inArray, isNull, or, sql } from 'drizzle-orm'
import type { Credentials } from './passwords/password-hasher.ts'
import { type UserRow, users } from './schema.ts'

/** A user as every route answers one. */
export function answerUser(row: UserRow): User {
  return {
    user_id: row.id,
    username: row.username ?? '',
    email: row.email ?? '',
    created_at: answerTime(row.createdAt ?? ''),
    updated_at: answerTime(row.updatedAt ?? row.createdAt ?? ''),
    is_active: row.isActive,
  }
}

export async function findUser(db: Reader, userId: string): Promise<UserRow | null> {
  const [row] = await db.select().from(users).where(eq(users.id, userId))
  return row ?? null
}

/** The row as it is now and stays until the transaction ends: what changes a user waits for us, or we for it. */
export async function holdUser(tx: Tx, userId: string): Promise<UserRow | null> {
  const [row] = await tx.select().from(users).where(eq(users.id, userId)).for('update')
  return row ?? null
}

/** Names and e-mails are one namespace: a name may not be another user's e-mail, nor the other way round. */
export async function isTaken(db: Reader, names: readonly string[]): Promise<boolean> {
  const keys = names.map(fold)
  const isAnyOfThem = or(inArray(users.usernameKey, keys), inArray(users.emailKey, keys))
  const taken = await db.select({ id: users.id }).from(users).where(isAnyOfThem).limit(1)
  return taken.length > 0
}

/**
 * Whom a login name means: the exact username, then the folded one, then the exact e-mail, then the folded one. Legacy
 * rows that fold to one name are all reached by their own spelling.
 */
export async function findUserByLogin(db: Reader, login: string): Promise<UserRow | null> {
  const key = fold(login)
  const named = await db
    .select()
    .from(users)
    .where(or(eq(users.usernameKey, key), eq(users.emailKey, key)))
    .orderBy(asc(users.id))
  const byName = named.filter(({ usernameKey }) => usernameKey === key)
  const byEmail = named.filter(({ emailKey }) => emailKey === key)
  return (
    byName.find(({ username }) => username === login) ??
    byName[0] ??
    byEmail.find(({ email }) => email === login) ??
    byEmail[0] ??
    null
  )
}

export type NewUser = Pick<UserRow, 'id'> & { username: string; email: string; time: string }

/** Adds a user who is new on both sides. */
export async function addUser(tx: Tx, { id, username, email, time }: NewUser, credentials: Credentials) {
  const row: UserRow = {
    id,
    username,
    usernameKey: fold(username),
    email,
    emailKey: fold(email),
    ...credentials,
    isActive: true,
    createdAt: time,
    updatedAt: time,
    revision: 1,
    legacy: {},
  }
  await tx.insert(users).values(row)
  return row
}

export async function setCredentials(
  tx: Tx,
  userId: string,
  { time, ...credentials }: Credentials & { time: string },
): Promise<void> {
  await tx
    .update(users)
    .set({ ...credentials, updatedAt: time, revision: sql`${users.revision} + 1` })
    .where(eq(users.id, userId))
}

/** Keeps the argon2id hash of the password the user has anyway: nothing the monolith knows of changes, so no revision. */
export async function keepUpgrade(tx: Tx, userId: string, passwordHash: string): Promise<void> {
  await tx
    .update(users)
    .set({ passwordHash })
    .where(and(eq(users.id, userId), isNull(users.passwordHash)))
}

/** Whether the password that was right for `seen` is still the user's; an upgrade meanwhile is no change. */
export function hasSamePassword(seen: Credentials, now: Credentials): boolean {
  if (seen.passwordHash !== null && seen.passwordHash === now.passwordHash) return true
  return seen.legacyVerifier !== null && seen.legacyVerifier === now.legacyVerifier
}
