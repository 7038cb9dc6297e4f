import { randomUUID } from 'node:crypto'
import { copyFileSync } from 'node:fs'
import { writeInSqlite } from '@emotibot/sync'
import { startMonolith } from '@emotibot/testkit'
import Database from 'better-sqlite3'

const DAY_MS = 24 * 3_600_000
const HASH = '$pbkdf2-sha256$29000$8PHy8/T19vf4.fr7/P3./w$1vtxuUz2sp6mwwtNtJmD/mtfTt5t3ftkomeWIUA/fx0'

/** Makes the monolith's file with users, and a session for each, who were there before any feed. */
export async function makeSourceFile(file: string, users: number): Promise<void> {
  const monolith = await startMonolith({ file })
  await monolith.close()
  const db = new Database(file)
  writeInSqlite(db, { group: 'auth', partition: '' }, () => addUsers(db, users))
  db.exec('DELETE FROM feed')
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
}

function addUsers(db: Database.Database, users: number): void {
  const addUser = db.prepare(
    `INSERT INTO users
       (id, username, email, password_hash, created_at, updated_at, is_active, username_key, email_key)
     VALUES (@id, @name, @email, @hash, @time, @time, 1, @nameKey, @email)`,
  )
  const addSession = db.prepare('INSERT INTO sessions VALUES (?, ?, ?, ?)')
  for (let at = 0; at < users; at++) {
    const id = randomUUID()
    const name = `Person ${at}`
    const email = `person.${at}@example.org`
    const time = `2024-05-01 18:22:41.${String(at).padStart(6, '0')}`
    addUser.run({ id, name, nameKey: name.toLowerCase(), email, hash: HASH, time })
    addSession.run(randomUUID(), id, Date.now(), Date.now() + 30 * DAY_MS)
  }
}

/** A copy of its own for every round: a backfill writes into the file it reads. */
export function copyOf(file: string, to: string): string {
  copyFileSync(file, to)
  return to
}
