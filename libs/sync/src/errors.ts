import type { AuthorityRow } from './authority.ts'

/** Every error this package throws by design; `code` is stable, the message says what to do. */
export class SyncError extends Error {
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SyncError'
    this.code = code
  }
}

/**
 * This store does not own the partition now: nothing was executed, the other side has to be asked. 409 STALE_EPOCH
 * between processes; the facade sends the request on and no client ever sees it.
 */
export class StaleEpochError extends SyncError {
  readonly row: AuthorityRow

  constructor(row: AuthorityRow, partition: string) {
    super(
      'STALE_EPOCH',
      `The store does not own partition "${partition}" of group "${row.group}" at epoch ${row.epoch}. Ask the other side.`,
    )
    this.name = 'StaleEpochError'
    this.row = row
  }
}

/** A feed that must not go on without somebody: nothing was skipped, and it starts again when the reason is gone. */
export class StoppedError extends SyncError {
  constructor(code: StopCode, message: string, options?: ErrorOptions) {
    super(code, message, options)
    this.name = 'StoppedError'
  }
}

export type StopCode = 'STORE_CHANGED' | 'STORE_RESTORED' | 'SCHEMA_DRIFT' | 'UNMARKED_WRITE'

export const noAuthorityError = (group: string): SyncError =>
  new SyncError(
    'NO_AUTHORITY',
    `This store has no authority row for group "${group}". Add the group to its tables.`,
  )

export const noTransactionError = (): SyncError =>
  new SyncError(
    'NO_TRANSACTION',
    'A write is opened inside a transaction. Begin one first (BEGIN IMMEDIATE).',
  )

export const wrongIsolationError = (isolation: string): SyncError =>
  new SyncError(
    'WRONG_ISOLATION',
    `A write needs READ COMMITTED, not ${isolation}: an older snapshot would show authority as it was before the lock.`,
  )

export const markLeftError = (cause: unknown): SyncError =>
  new SyncError('MARK_LEFT', 'A write is open already in this file. Close each write before its COMMIT.', {
    cause,
  })

export const notOpenError = (): SyncError =>
  new SyncError('NO_WRITE_OPEN', 'There is no open write to close. Open it in the same transaction.')

export const storeChangedError = (source: string, was: string, is: string): StoppedError =>
  new StoppedError(
    'STORE_CHANGED',
    `The feed of "${source}" is of store ${is}, but ${was} was followed so far. Verify both sides, then adopt the new store.`,
  )

export const storeRestoredError = (store: string, missing: string): StoppedError =>
  new StoppedError(
    'STORE_RESTORED',
    `Store ${store} no longer has ${missing}, which was applied from it: it was restored from a backup. Verify both sides, then adopt it.`,
  )

export const schemaDriftError = (problems: readonly string[], cause?: unknown): StoppedError =>
  new StoppedError(
    'SCHEMA_DRIFT',
    `The schema is not the one the mapping was written for: ${problems.join('; ')}. Bring both to one version.`,
    { cause },
  )

export const unmarkedWriteError = (cause: unknown): StoppedError =>
  new StoppedError(
    'UNMARKED_WRITE',
    'A mapping writes to a table that does not accept its group. Mend the mapping.',
    {
      cause,
    },
  )

export const unknownEntityError = (entity: string): SyncError =>
  new SyncError('UNKNOWN_ENTITY', `No entity is named "${entity}". Declare it in the migration.`)
