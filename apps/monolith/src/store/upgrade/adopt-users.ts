import { randomUUID } from 'node:crypto'
import { fold } from '@emotibot/contracts'
import type { Database } from 'better-sqlite3'
import { readText } from '../columns.ts'

type LegacyUser = { rowid: number; id: unknown; username: unknown; email: unknown }

const PAGE = 1_000

/** Gives users that the old application wrote the keys they are found by. Before there is a feed: nothing is marked. */
export function adoptUsers(connection: Database): void {
  const page = connection.prepare<[number], LegacyUser>(
    'SELECT rowid, id, username, email FROM users WHERE username_key IS NULL OR id IS NULL LIMIT ?',
  )
  const adopt = connection.prepare(
    'UPDATE users SET id = coalesce(id, ?), username_key = ?, email_key = ? WHERE rowid = ?',
  )
  for (let rows = page.all(PAGE); rows.length > 0; rows = page.all(PAGE)) {
    for (const { rowid, username, email } of rows)
      adopt.run(randomUUID(), keyOf(username), keyOf(email), rowid)
  }
}

/** The fold a held name is found by; none where there is no name. */
function keyOf(held: unknown): string {
  return held === null ? '' : fold(readText(held))
}
