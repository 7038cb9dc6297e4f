import { pbkdf2Sync, randomBytes, randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'

/** The tables of the first EmotiBot, and no others. */
const TABLES = `
  CREATE TABLE users (
    id TEXT PRIMARY KEY, username TEXT UNIQUE, email TEXT UNIQUE, password_hash TEXT,
    created_at DATETIME, updated_at DATETIME, is_active BOOLEAN
  );
  CREATE TABLE conversations (
    id TEXT PRIMARY KEY, user_id TEXT REFERENCES users (id), user_message TEXT, bot_message TEXT,
    detected_emotion TEXT, confidence FLOAT, polarity FLOAT, subjectivity FLOAT, timestamp DATETIME
  );
`

export type OldUser = { readonly username: string; readonly password: string; readonly id?: string }
export type OldTurn = {
  readonly username: string
  readonly user_message: string
  readonly bot_message: string | null
  readonly detected_emotion?: string | null
  readonly confidence?: number | null
  readonly polarity?: number | null
  readonly subjectivity?: number | null
  /** In Python's spelling, without a zone: `2024-05-01 18:22:41.123456`. */
  readonly timestamp?: string
}

const JOINED = '2024-05-01 18:22:41.123456'

/** Writes a file as the first EmotiBot left it: real passlib hashes, a row a turn, no threads. */
export function createOldFile(path: string, users: readonly OldUser[], turns: readonly OldTurn[]): void {
  const database = new DatabaseSync(path)
  database.exec(TABLES)
  const ids = new Map(users.map(({ username, id }) => [username, id ?? randomUUID()]))
  const addUser = database.prepare('INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, 1)')
  for (const { username, password } of users) {
    const id = ids.get(username) ?? ''
    addUser.run(id, username, `${username}@old.example`, passlibHash(password), JOINED, JOINED)
  }
  const addTurn = database.prepare('INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  for (const turn of turns) addTurn.run(randomUUID(), ids.get(turn.username) ?? null, ...valuesOf(turn))
  database.close()
}

function valuesOf(turn: OldTurn): (string | number | null)[] {
  const { user_message, bot_message, detected_emotion = 'neutral', timestamp = JOINED } = turn
  const { confidence = 0.5, polarity = 0, subjectivity = 0 } = turn
  return [user_message, bot_message, detected_emotion, confidence, polarity, subjectivity, timestamp]
}

const ROUNDS = 29_000

/** `$pbkdf2-sha256$rounds$salt$hash` in passlib's own base64: `.` for `+`, no padding. */
function passlibHash(password: string): string {
  const salt = randomBytes(16)
  const hash = pbkdf2Sync(password, salt, ROUNDS, 32, 'sha256')
  return `$pbkdf2-sha256$${ROUNDS}$${passlibBase64(salt)}$${passlibBase64(hash)}`
}

function passlibBase64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '.').replaceAll('=', '')
}
