import Database from 'better-sqlite3'
import { indexEntities } from '../entities.ts'
import type { AnyEntity } from '../entity.ts'
import type { Store } from '../store.ts'
import { createSqliteApplier } from './applier.ts'
import { createSqliteAuthority } from './authority.ts'
import { createSqliteCopies } from './copies.ts'
import { findSqliteDrift } from './drift.ts'
import { createSqliteFeed } from './feed.ts'

export type SqliteStoreOptions = {
  readonly file: string
  readonly entities: readonly AnyEntity[]
  /** A row whose texts weigh more is set aside. */
  readonly maxRowBytes?: number
  /** How long a step waits for the monolith's write; waiting stops the whole process, so it is short. */
  readonly lockWaitMs?: number
  /**
   * Whether foreign keys hold in this file. Off unless said: the first EmotiBot's tables declare one from turns to users, across
   * groups, which nobody ever held it to; a user's deletion comes first and the turns follow.
   */
  readonly holdsForeignKeys?: boolean
}

const MAX_ROW_BYTES = 8 * 1024 * 1024
const LOCK_WAIT_MS = 5
const CACHE_KIB = 32 * 1024

/** Opens the monolith's file, which must be there, for the mover. `close` ends it. */
export function createSqliteStore(options: SqliteStoreOptions): Store {
  const db = new Database(options.file, { fileMustExist: true, timeout: options.lockWaitMs ?? LOCK_WAIT_MS })
  db.pragma('synchronous = FULL')
  // A copy reads rows in the order of their keys, and they lie all over the file.
  db.pragma(`cache_size = -${CACHE_KIB}`)
  db.pragma(`foreign_keys = ${options.holdsForeignKeys ? 'ON' : 'OFF'}`)
  const entities = indexEntities(options.entities)
  return {
    side: 'monolith',
    feed: createSqliteFeed(db, entities),
    applier: createSqliteApplier(db, { entities, maxRowBytes: options.maxRowBytes ?? MAX_ROW_BYTES }),
    authority: createSqliteAuthority(db),
    copies: createSqliteCopies(db, entities),
    findDrift: async () => findSqliteDrift(db, entities),
    close: async () => {
      db.close()
    },
  }
}
