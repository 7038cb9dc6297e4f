// The writing half of a SQLite store. SQLite has one writer at a time, so the transaction itself is the group's lock:
//
//   BEGIN IMMEDIATE → openWrite: authority → rule → mark │ the write's statements │ closeWrite: unmark → COMMIT
import type { Position, Side, WriteGroup } from '@emotibot/contracts'
import Database from 'better-sqlite3'
import { markLeftError, noTransactionError, notOpenError, StaleEpochError } from '../errors.ts'
import { owns } from '../rule.ts'
import { readAuthority } from './authority-rows.ts'
import { statementsOf } from './statements.ts'

/** Whose rows a write touches: the group, and the folded username. */
export type WriteScope = { readonly group: WriteGroup; readonly partition: string }

export type Mark = {
  readonly group: WriteGroup
  readonly epoch: number
  readonly origin: Side
  readonly partition: string | null
}

/**
 * Opens a write: throws StaleEpochError when this store does not own the partition now, else lets the triggers pass
 * for the tables of the group until `closeWrite`. Inside a transaction, before its first write.
 */
export function openWrite(db: Database.Database, scope: WriteScope): { epoch: number } {
  if (!db.inTransaction) throw noTransactionError()
  const row = readAuthority(db, scope.group)
  if (!owns(row.rule, scope.partition)) throw new StaleEpochError(row, scope.partition)
  const start = statementsOf(db).readStart.get()
  mark(db, { ...scope, epoch: row.epoch, origin: start?.side ?? 'monolith' })
  startOfWrite.set(db, start?.seq ?? 0)
  return { epoch: row.epoch }
}

/** Where the feed ended when the write was opened. */
const startOfWrite = new WeakMap<Database.Database, number>()

/**
 * Closes the open write and answers its position: none when nothing of it entered the feed, so that nobody waits for
 * it. Before the COMMIT; a ROLLBACK needs no closing.
 */
export function closeWrite(db: Database.Database): Position {
  unmark(db)
  const { store, seq } = endOf(db)
  return seq > (startOfWrite.get(db) ?? 0) ? { [store]: seq } : {}
}

/** All of a write in one call: BEGIN IMMEDIATE, open, `work`, close, COMMIT; what `work` throws rolls it back. */
export function writeInSqlite<T>(
  db: Database.Database,
  scope: WriteScope,
  work: () => T,
): { value: T; position: Position } {
  const run = db.transaction(() => {
    openWrite(db, scope)
    const value = work()
    return { value, position: closeWrite(db) }
  })
  return run.immediate()
}

export function mark(db: Database.Database, { group, epoch, origin, partition }: Mark): void {
  try {
    statementsOf(db).insertMark.run(group, epoch, origin, partition)
  } catch (error) {
    const isLeft = error instanceof Database.SqliteError && error.code === 'SQLITE_CONSTRAINT_PRIMARYKEY'
    throw isLeft ? markLeftError(error) : error
  }
}

export function unmark(db: Database.Database): void {
  if (statementsOf(db).deleteMark.run().changes === 0) throw notOpenError()
}

/** Where the feed ends in this transaction's eyes: at or after each of its own entries. */
export function positionOf(db: Database.Database): Position {
  const { store, seq } = endOf(db)
  return { [store]: seq }
}

function endOf(db: Database.Database): { store: string; seq: number } {
  return statementsOf(db).readEnd.get() ?? { store: '', seq: 0 }
}
