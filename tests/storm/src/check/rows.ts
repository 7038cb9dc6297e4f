import { openPostgres } from '@emotibot/db'
import Database from 'better-sqlite3'

export type UserRow = {
  readonly id: string
  readonly username: string
  readonly email: string
  readonly usernameKey: string
  readonly emailKey: string
  /** What the monolith verifies a password with. */
  readonly legacyHash: string
  /** The service's own; null where it has none yet, and at the monolith. */
  readonly argon2id: string | null
}

/** What one store holds. */
export type Rows = {
  readonly name: 'monolith' | 'auth'
  readonly users: readonly UserRow[]
  /** Ids of those that go on. */
  readonly sessions: ReadonlyMap<string, { readonly userId: string }>
}

export function readMonolith(file: string): Rows {
  const database = new Database(file, { readonly: true })
  try {
    const users = database
      .prepare<[], UserRow>(
        `SELECT id, username, email, username_key AS usernameKey, email_key AS emailKey,
           password_hash AS legacyHash, NULL AS argon2id FROM users`,
      )
      .all()
    const sessions = database
      .prepare<[], { id: string; userId: string }>('SELECT id, user_id AS userId FROM sessions')
      .all()
    return { name: 'monolith', users, sessions: byId(sessions) }
  } finally {
    database.close()
  }
}

export async function readAuth(url: string): Promise<Rows> {
  const sql = openPostgres(url, { applicationName: 'storm', max: 1 })
  try {
    const users = await sql<UserRow[]>`
      select id, username, email, username_key as "usernameKey", email_key as "emailKey",
        legacy_verifier as "legacyHash", password_hash as argon2id from users`
    const sessions = await sql<{ id: string; userId: string }[]>`
      select id, user_id as "userId" from sessions where revoked_at_ms is null`
    return { name: 'auth', users, sessions: byId(sessions) }
  } finally {
    await sql.end({ timeout: 5 })
  }
}

function byId<R extends { readonly id: string }>(rows: readonly R[]): Map<string, R> {
  return new Map(rows.map((row) => [row.id, row]))
}
