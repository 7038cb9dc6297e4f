import type { Database } from 'better-sqlite3'

const OWNED = ['threads', 'conversations', 'feedback']

/**
 * Gives rows of before there were owners the folded username of theirs. Of a user who is gone the feed knows it, or the note
 * of their deletion; where nobody does, and for rows of nobody, it stays empty. Before these tables are fed.
 */
export function fillOwnerKeys(connection: Database): void {
  noteDeparted(connection)
  for (const table of OWNED) {
    connection.exec(`
      UPDATE ${table} SET owner_key = coalesce(
        (SELECT username_key FROM users WHERE users.id = ${table}.user_id),
        (SELECT partition FROM departed WHERE departed.user_id = cast(${table}.user_id AS TEXT)),
        '')`)
  }
  connection.exec('DROP TABLE departed')
}

function noteDeparted(connection: Database): void {
  connection.exec('CREATE TEMP TABLE departed (user_id TEXT PRIMARY KEY, partition TEXT NOT NULL)')
  if (hasTable(connection, 'account_deletions'))
    connection.exec('INSERT INTO departed SELECT user_id, partition FROM account_deletions')
  if (hasTable(connection, 'feed'))
    connection.exec(`
      INSERT OR REPLACE INTO departed SELECT key, partition FROM
        (SELECT key, partition, max(seq) FROM feed WHERE entity = 'user' AND partition IS NOT NULL GROUP BY key)`)
}

function hasTable(connection: Database, name: string): boolean {
  const find = connection.prepare("SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?")
  return find.get(name) !== undefined
}
