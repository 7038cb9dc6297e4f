import type { Domain, Position, WriteGroup } from '@emotibot/contracts'
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
   * The same around housekeeping of what is this file's own whoever owns the rows, as the search index is. Unmarked: the
   * triggers refuse it anything that the two sides share.
   */
  tidy(effect: (tx: Tx) => void): void
  /**
   * Throws StaleEpochAnswer when this store does not own the partition just now. Asked before anything dear is done for
   * it; `write` asks again.
   */
  refuseUnlessOwned(scope: WriteScope): void
  /** The same question; inside a snapshot or a write it is of that moment. */
  owns(scope: WriteScope): boolean
  /** Whether all that the position names is in this file by now. */
  isApplied(position: Position): Promise<boolean>
  /** The same question, of what the services of some domains wrote alone. */
  isAppliedOf(domains: readonly Domain[]): (position: Position) => Promise<boolean>
  /** Holds every write that was committed before it was asked. */
  position(): Position
  /** The last entry's number, 0 of an empty feed. Costs next to nothing: it may be asked all the time. */
  endOfFeed(): number
  /** Throws when the file cannot be read. */
  check(): void
  close(): void
}
