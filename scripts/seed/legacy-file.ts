import { randomUUID } from 'node:crypto'
import { chmodSync, renameSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { demoHistory, type LegacyTurn } from './demo-history.ts'
import { passlibHash } from './passlib-hash.ts'

/** The tables of the first EmotiBot, and no others: what an old installation brings along. */
const LEGACY_TABLES = `
  create table users (
    id text not null primary key,
    username text not null unique,
    email text not null unique,
    password_hash text not null,
    created_at datetime,
    updated_at datetime,
    is_active boolean
  );
  create table conversations (
    id text not null primary key,
    user_id text not null references users (id),
    user_message text not null,
    bot_message text not null,
    detected_emotion text,
    confidence float,
    polarity float,
    subjectivity float,
    timestamp datetime
  );
`

export const DEMO_USER = 'demo'

export type LegacyFile = { path: string; password: string; now: Date }

/** Writes an old EmotiBot's file with one user and some weeks of history; whole or not at all. */
export function writeLegacyFile({ path, password, now }: LegacyFile): void {
  const draft = `${path}.draft`
  const file = new DatabaseSync(draft)
  file.exec(LEGACY_TABLES)
  const turns = demoHistory(now)
  const userId = insertUser(file, password, turns[0]?.at ?? now)
  for (const turn of turns) insertTurn(file, userId, turn)
  file.close()
  // People's conversations: nobody else on the machine reads them.
  chmodSync(draft, 0o600)
  renameSync(draft, path)
}

function insertUser(file: DatabaseSync, password: string, joined: Date): string {
  const id = randomUUID()
  const time = legacyTime(joined)
  file
    .prepare('insert into users values (?, ?, ?, ?, ?, ?, 1)')
    .run(id, DEMO_USER, 'demo@emotibot.example', passlibHash(password), time, time)
  return id
}

function insertTurn(file: DatabaseSync, userId: string, turn: LegacyTurn): void {
  const { said, answered, emotion, confidence, polarity, subjectivity, at } = turn
  file
    .prepare('insert into conversations values (?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(randomUUID(), userId, said, answered, emotion, confidence, polarity, subjectivity, legacyTime(at))
}

/** Python's own text of a time without a zone, in UTC, with microseconds: `2026-10-03 18:22:41.123456`. */
export function legacyTime(at: Date): string {
  const microseconds = String((at.getTime() * 7_919) % 1_000).padStart(3, '0')
  return `${at.toISOString().slice(0, -1).replace('T', ' ')}${microseconds}`
}
