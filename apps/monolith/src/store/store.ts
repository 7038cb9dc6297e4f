import type { Position, WriteGroup } from '@emotibot/contracts'
import type { RunResult } from 'better-sqlite3'
import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core'

type Queries = BaseSQLiteDatabase<'sync', RunResult>

/** What a read may do. It has no way to write. */
export type Reader = Pick<Queries, 'select' | 'selectDistinct' | 'all' | 'get'>
/** What a write may do inside its transaction. */
export type Tx = Reader & Pick<Queries, 'insert' | 'update' | 'delete' | 'run'>

/** Whose rows a write touches: the group, and the folded username. */
export type WriteScope = { readonly group: WriteGroup; readonly partition: string }

export type Written<T> = {
  readonly value: T
  /** Of what the write put into the feed: whoever has applied that much has this write. */
  readonly position: Position
}

/** The one SQLite file. Every write goes through `write`, and there is no other way. */
export type Store = {
  read<T>(query: (db: Reader) => T): T
  /** All that the query reads is of one moment, whatever other processes write meanwhile. */
  snapshot<T>(query: (db: Reader) => T): T
  /**
   * BEGIN IMMEDIATE … COMMIT around a synchronous effect; what it throws rolls everything back. Throws
   * StaleEpochAnswer, having written nothing, for a partition that the other side owns.
   */
  write<T>(scope: WriteScope, effect: (tx: Tx) => T): Written<T>
  /**
   * Throws StaleEpochAnswer when this store does not own the partition just now. Asked before anything dear is done for
   * it; `write` asks again.
   */
  refuseUnlessOwned(scope: WriteScope): void
  /** The same question; inside a snapshot or a write it is of that moment. */
  owns(scope: WriteScope): boolean
  /** Whether all that the position names is in this file by now. */
  isApplied(position: Position): Promise<boolean>
  /** Holds every write that was committed before it was asked. */
  position(): Position
  /** Throws when the file cannot be read. */
  check(): void
  close(): void
}
