import { ApiError } from '@emotibot/service-kit'
import Database from 'better-sqlite3'

/** The file at the configured place cannot be this application's store. It was left as it is. */
export class StoreFileError extends Error {
  constructor(file: string, reason: string, options?: ErrorOptions) {
    super(`${file} cannot be opened as an EmotiBot database: ${reason} The file was left as it is.`, options)
    this.name = 'StoreFileError'
  }
}

/** What passes, or what an operator mends while the process lives: locks, a full disk, a read-only or failing one. */
const PASSING = [
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  'SQLITE_FULL',
  'SQLITE_READONLY',
  'SQLITE_IOERR',
  'SQLITE_CANTOPEN',
]
const RETRY_AFTER_SECONDS = '1'

/** A failing of the disk as the 503 a client may retry; null when the error is of another kind. */
export function asBusy(thrown: unknown): ApiError | null {
  if (!(thrown instanceof Database.SqliteError)) return null
  const { code } = thrown
  if (!PASSING.some((kind) => code === kind || code.startsWith(`${kind}_`))) return null
  return new ApiError('BUSY', 'The store cannot be written just now, and nothing was changed. Try again.', {
    cause: thrown,
    headers: { 'retry-after': RETRY_AFTER_SECONDS },
  })
}
