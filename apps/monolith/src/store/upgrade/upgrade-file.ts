import type { Database } from 'better-sqlite3'
import { adoptTurns } from './adopt-turns.ts'
import { adoptUsers } from './adopt-users.ts'
import { addFeeds } from './feeds.ts'
import { fillOwnerKeys } from './fill-owner-keys.ts'
import { finishNotedDeletions } from './finish-deletions.ts'
import { columnsOf, type FileKind, SCHEMA_VERSION } from './inspect-file.ts'
import {
  ADDED_COLUMNS,
  AUTH_ANSWERS,
  DOMAIN_ANSWERS,
  LEGACY_TABLES,
  OWN_TABLES,
  OWNER_COLUMNS,
} from './schema.ts'

/**
 * Makes any accepted file current, in one transaction: all of it or nothing. What the old application wrote is adopted before
 * its table is fed; nothing can have come since, for the feed's triggers refuse it.
 */
export function upgradeFile(connection: Database, kind: FileKind): void {
  if (kind === 'current') return
  const upgrade = connection.transaction(() => {
    if (kind === 'new') connection.exec(LEGACY_TABLES)
    if (kind === 'new' || kind === 'legacy') addWhatIsMissing(connection)
    if (kind !== 'authFed') connection.exec(AUTH_ANSWERS)
    if (kind === 'new' || kind === 'legacy' || kind === 'unfed') adoptUsers(connection)
    adoptTurns(connection)
    connection.exec(DOMAIN_ANSWERS)
    connection.exec(OWNER_COLUMNS)
    fillOwnerKeys(connection)
    addFeeds(connection, kind)
    if (kind === 'unfed' || kind === 'accountsFed') finishNotedDeletions(connection)
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
