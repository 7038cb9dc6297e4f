import { randomUUID } from 'node:crypto'
import { SESSION_LIFETIME_SECONDS } from '@emotibot/contracts'
import { writeInSqlite } from '@emotibot/sync'
import type { Monolith } from '@emotibot/testkit'
import Database from 'better-sqlite3'
import { signToken, type User } from '../load/sign-token.ts'

const USERS = 200
const SCOPE = { group: 'auth', partition: 'bench' } as const

/**
 * Puts users and their sessions into the monolith's file, as its own writes would, and answers a token of each
 * session. While the monolith owns all of them.
 */
export async function addPeople({ file, secret }: Monolith, sessions: number): Promise<string[]> {
  const users = Array.from({ length: USERS }, (_, number): User => {
    const username = `person-${number}`
    return { id: randomUUID(), username, email: `${username}@example.org` }
  })
  const opened = Array.from({ length: sessions }, (_, number) => ({
    sid: randomUUID(),
    user: users[number % USERS]!,
  }))
  const db = new Database(file, { timeout: 5_000 })
  const addUser = db.prepare(`
    insert into users (id, username, username_key, email, email_key, password_hash, is_active, revision)
    values (?, ?, ?, ?, ?, 'none', 1, 1)`)
  const addSession = db.prepare(
    'insert into sessions (id, user_id, created_at_ms, expires_at_ms) values (?, ?, ?, ?)',
  )
  const now = Date.now()
  writeInSqlite(db, SCOPE, () => {
    for (const { id, username, email } of users) addUser.run(id, username, username, email, email)
    for (const { sid, user } of opened)
      addSession.run(sid, user.id, now, now + SESSION_LIFETIME_SECONDS * 1_000)
  })
  db.close()
  return Promise.all(opened.map(({ sid, user }) => signToken({ secret, user, sid })))
}
