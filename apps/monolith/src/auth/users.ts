import { answerTime, fold, type User } from '@emotibot/contracts'
import { asc, eq, inArray, or } from 'drizzle-orm'
import type { Reader } from '../store/store.ts'
import { type UserRow, users } from '../store/tables.ts'

/** A user as every route answers one. */
export function answerUser(row: UserRow): User {
  return {
    user_id: row.id,
    username: row.username ?? '',
    email: row.email ?? '',
    created_at: answerTime(row.createdAt ?? ''),
    updated_at: answerTime(row.updatedAt ?? row.createdAt ?? ''),
    is_active: row.isActive ?? true,
  }
}

export function findUser(db: Reader, userId: string): UserRow | null {
  return db.select().from(users).where(eq(users.id, userId)).get() ?? null
}

/** Names and e-mails are one namespace: a name may not be another user's e-mail, nor the other way round. */
export function isTaken(db: Reader, names: readonly string[]): boolean {
  const keys = names.map(fold)
  const taken = db
    .select({ id: users.id })
    .from(users)
    .where(or(inArray(users.usernameKey, keys), inArray(users.emailKey, keys)))
    .limit(1)
    .get()
  return taken !== undefined
}

/**
 * Whom a login name means: the exact username, then the folded one, then the exact e-mail, then the folded one. Legacy
 * rows that fold to one name are all reached by their own spelling.
 */
export function findUserByLogin(db: Reader, login: string): UserRow | null {
  const key = fold(login)
  const byName = db.select().from(users).where(eq(users.usernameKey, key)).orderBy(asc(users.id)).all()
  const byEmail = db.select().from(users).where(eq(users.emailKey, key)).orderBy(asc(users.id)).all()
  return (
    byName.find(({ username }) => username === login) ??
    byName[0] ??
    byEmail.find(({ email }) => email === login) ??
    byEmail[0] ??
    null
  )
}
