import type { Database } from 'better-sqlite3'
import { adoptTurns } from './adopt-turns.ts'
import { adoptUsers } from './adopt-users.ts'
import { addAnswersToFeed, addFeeds } from './feeds.ts'
import { finishNotedDeletions } from './finish-deletions.ts'
import { columnsOf, type FileKind, SCHEMA_VERSION } from './inspect-file.ts'
import { ADDED_COLUMNS, AUTH_ANSWERS, LEGACY_TABLES, OWN_TABLES } from './schema.ts'

/**
 * Makes any accepted file current, in one transaction: all of it or nothing. Turns are adopted at every opening, since
 * the old application may have written some meanwhile; users cannot have come, for the feed's triggers refuse them.
 */
export function upgradeFile(connection: Database, kind: FileKind): void {
  const upgrade = connection.transaction(() => {
    if (kind === 'new') connection.exec(LEGACY_TABLES)
    if (kind === 'new' || kind === 'legacy') addWhatIsMissing(connection)
    if (kind !== 'current') connection.exec(AUTH_ANSWERS)
    if (kind === 'new' || kind === 'legacy' || kind === 'unfed') {
      adoptUsers(connection)
      addFeeds(connection)
    }
    if (kind === 'accountsFed') addAnswersToFeed(connection)
    if (kind === 'unfed' || kind === 'accountsFed') finishNotedDeletions(connection)
    adoptTurns(connection)
    connection.pragma(`user_version = ${SCHEMA_VERSION}`)
  })
  upgrade.immediate()
}

function addWhatIsMissing(connection: Database): void {
  for (const [table, columns] of Object.entries(ADDED_COLUMNS)) {
    const present = columnsOf(connection, table)
    for (const [column, declaration] of Object.entries(columns)) {
      if (!present.includes(column))
        connection.exec(`ALTER TABLE ${table} ADD COLUMN ${column} ${declaration}`)
    }
  }
  connection.exec(OWN_TABLES)
}
