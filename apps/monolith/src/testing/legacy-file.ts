import { join } from 'node:path'
import Database from 'better-sqlite3'
import { testFolder } from './start-monolith.ts'

/** The tables as the first EmotiBot's own models made them. */
const TABLES = `
  CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY, username VARCHAR(80) UNIQUE, email VARCHAR(120) UNIQUE,
    password_hash VARCHAR(255), created_at DATETIME, updated_at DATETIME, is_active BOOLEAN
  );
  CREATE TABLE conversations (
    id TEXT PRIMARY KEY, user_id TEXT, user_message TEXT NOT NULL, bot_message TEXT NOT NULL,
    detected_emotion VARCHAR(20), confidence FLOAT, polarity FLOAT, subjectivity FLOAT, timestamp DATETIME,
    FOREIGN KEY (user_id) REFERENCES users (id)
  );
`

/** The example of passlib's own documentation of `pbkdf2_sha256`. */
export const PASSWORD = 'toomanysecrets'
export const PASSLIB_HASH =
  '$pbkdf2-sha256$29000$N2YMIWQsBWBMae09x1jrPQ$1t8iyB2A.WF/Z5JZv.lfCIhXXN33N23OSgQYThBYRfk'

export type LegacyFile = { readonly file: string; readonly db: Database.Database }

/** An old file, open for the test to fill; close `db` before it is given away. */
export function createLegacyFile(tables = TABLES): LegacyFile {
  const file = join(testFolder(), 'old.sqlite')
  const db = new Database(file)
  // The first EmotiBot never asked SQLite to hold its foreign keys, so old files hold turns of nobody.
  db.pragma('foreign_keys = OFF')
  db.exec(tables)
  return { file, db }
}

export function addLegacyUser(
  { db }: LegacyFile,
  id: string,
  username: string | null,
  email: string | null,
): void {
  db.prepare(
    'INSERT INTO users (id, username, email, password_hash, created_at, is_active) VALUES (?, ?, ?, ?, ?, 1)',
  ).run(id, username, email, PASSLIB_HASH, '2021-03-04 05:06:07.123456')
}

export function addLegacyTurn(
  { db }: LegacyFile,
  id: string | null,
  userId: string | null,
  held: Record<string, unknown> = {},
) {
  const row = { user_message: 'hi', bot_message: 'hello', timestamp: '2021-03-04 05:06:07.123456', ...held }
  const columns = ['id', 'user_id', ...Object.keys(row)]
  db.prepare(`INSERT INTO conversations (${columns.join()}) VALUES (${columns.map(() => '?').join()})`).run(
    id,
    userId,
    ...Object.values(row),
  )
}
