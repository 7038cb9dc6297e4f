import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Logger } from '@emotibot/service-kit'
import { StaleEpochAnswer } from '@emotibot/service-kit'
import {
  closeWrite,
  createAppliedCheck,
  openWrite,
  readSqlitePosition,
  refuseSqliteUnlessOwned,
  StaleEpochError,
} from '@emotibot/sync'
import Database from 'better-sqlite3'
import { max, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { asBusy, StoreFileError } from './errors.ts'
import { readPlaces } from './read-places.ts'
import type { Store, WriteScope } from './store.ts'
import { feed } from './sync-tables.ts'
import { inspectFile } from './upgrade/inspect-file.ts'
import { upgradeFile } from './upgrade/upgrade-file.ts'
import { unlessStale } from './writes/unless-stale.ts'

/** A waiting SQLite stops the whole process, so it waits little and the client hears 503. */
const LOCK_WAIT_MS = 250

/**
 * Opens the file, upgrading an old one. Throws StoreFileError, having changed nothing, for a file that is not an
 * EmotiBot's.
 */
export function openStore({ file, logger }: { file: string; logger: Logger }): Store {
  const connection = openFile(file)
  const db = drizzle(connection)

  function guarded<T>(work: () => T): T {
    try {
      return work()
    } catch (thrown) {
      if (thrown instanceof StaleEpochError) throw asStaleEpoch(thrown)
      const busy = asBusy(thrown)
      if (!busy) throw thrown
      logger.error({ err: thrown, file }, 'the store refused: see to the disk')
      throw busy
    }
  }

  const end = db
    .select({ end: max(feed.seq) })
    .from(feed)
    .prepare()
  const refuseUnlessOwned = (scope: WriteScope) => guarded(() => refuseSqliteUnlessOwned(connection, scope))

  return {
    read: (query) => guarded(() => query(db)),
    snapshot: (query) => guarded(() => db.transaction((tx) => query(tx), { behavior: 'deferred' })),
    write: (scope, effect) =>
      guarded(() =>
        db.transaction(
          (tx) => {
            openWrite(connection, scope)
            const value = effect(tx)
            return { value, position: closeWrite(connection) }
          },
          { behavior: 'immediate' },
        ),
      ),
    tidy: (effect) => guarded(() => db.transaction(effect, { behavior: 'immediate' })),
    refuseUnlessOwned,
    owns: (scope) => unlessStale(() => refuseUnlessOwned(scope)) !== null,
    isApplied: createAppliedCheck(() => guarded(() => readPlaces(db))),
    isAppliedOf: (domains) => createAppliedCheck(() => guarded(() => readPlaces(db, domains))),
    position: () => guarded(() => readSqlitePosition(connection)),
    endOfFeed: () => guarded(() => end.get()?.end ?? 0),
    check: () => void guarded(() => db.get(sql`SELECT 1 FROM users LIMIT 1`)),
    close: () => connection.close(),
  }
}

function asStaleEpoch(thrown: StaleEpochError): StaleEpochAnswer {
  const { group, epoch, rule } = thrown.row
  return new StaleEpochAnswer(
    { group, epoch, rule: { ...rule, allow: [...rule.allow], deny: [...rule.deny] } },
    thrown,
  )
}

function openFile(file: string): Database.Database {
  let connection: Database.Database | undefined
  try {
    mkdirSync(dirname(file), { recursive: true })
    connection = new Database(file, { timeout: LOCK_WAIT_MS })
    upgradeFile(connection, inspectFile(connection, file))
    connection.pragma('journal_mode = WAL')
    connection.pragma('synchronous = FULL')
    // The legacy table of turns declares a key to users, across groups: a deleted user goes first, the turns follow.
    connection.pragma('foreign_keys = OFF')
    return connection
  } catch (cause) {
    connection?.close()
    if (cause instanceof StoreFileError) throw cause
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new StoreFileError(file, `opening it failed with "${said}".`, { cause })
  }
}
