import type { WriteGroup } from '@emotibot/contracts'
import type { RunResult } from 'better-sqlite3'
import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core'

type Queries = BaseSQLiteDatabase<'sync', RunResult>

/** What a read may do. It has no way to write. */
export type Reader = Pick<Queries, 'select' | 'selectDistinct' | 'all' | 'get'>
/** What a write may do inside its transaction. */
export type Tx = Reader & Pick<Queries, 'insert' | 'update' | 'delete' | 'run'>

/** Whose rows a write touches: the group, and the folded username. */
export type WriteScope = { readonly group: WriteGroup; readonly partition: string }

/** The one SQLite file. Every write goes through `write`, and there is no other way. */
export type Store = {
  read<T>(query: (db: Reader) => T): T
  /**
   * BEGIN IMMEDIATE … COMMIT around a synchronous effect; what it throws rolls everything back. Throws
   * StaleEpochAnswer, having written nothing, for a partition that the other side owns.
   */
  write<T>(scope: WriteScope, effect: (tx: Tx) => T): T
  /** Throws when the file cannot be read. */
  check(): void
  close(): void
}
