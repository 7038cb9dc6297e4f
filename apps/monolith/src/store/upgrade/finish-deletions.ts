import { writeInSqlite } from '@emotibot/sync'
import type { Database } from 'better-sqlite3'

type Noted = { user_id: string; partition: string }

const TABLES_OF_THEIRS = ['sessions', 'auth_idempotency_keys']

/**
 * Files up to version 2 kept a note of each account on its way out. Its user goes now, which leaves the tombstone that all
 * else follows from; then there is nothing left to note. Once there is a feed.
 */
export function finishNotedDeletions(connection: Database): void {
  const noted = connection.prepare<[], Noted>('SELECT user_id, partition FROM account_deletions').all()
  for (const { user_id: userId, partition } of noted) {
    writeInSqlite(connection, { group: 'auth', partition }, () => {
      for (const table of TABLES_OF_THEIRS)
        connection.prepare(`DELETE FROM ${table} WHERE user_id = ?`).run(userId)
      connection.prepare('DELETE FROM users WHERE id = ?').run(userId)
    })
  }
  connection.exec('DROP TABLE account_deletions')
}
