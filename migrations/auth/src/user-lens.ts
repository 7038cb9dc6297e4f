// One user in two stores. The two laws of a lens (DESIGN §6.5), tested with any values SQLite can hold:
//
//   back(forward(row, s)) = row      what came from the monolith goes back as it was
//   forward(back(s), s) = s          what the monolith cannot hold survives its touching the rest of the row
//
// Both sides hold a key made from each name; it is made anew on the way, so a wrong one is mended.
import { fold, readStorable, toStorable } from '@emotibot/contracts'
import { MappingError } from './errors.ts'
import {
  type Field,
  flagField,
  isSameValue,
  type KeptValue,
  keepValue,
  type LegacyValue,
  readKept,
  textField,
  timeField,
} from './legacy-values.ts'

/** `users` of the monolith, as SQLite gives it. */
export type LegacyUserRow = {
  readonly id: LegacyValue
  readonly username: LegacyValue
  readonly email: LegacyValue
  readonly password_hash: LegacyValue
  readonly created_at: LegacyValue
  readonly updated_at: LegacyValue
  readonly is_active: LegacyValue
  readonly username_key: LegacyValue
  readonly email_key: LegacyValue
  readonly revision: LegacyValue
}

/** `users` of the auth service, as Postgres gives it (`revision` as a number). */
export type ServiceUserRow = {
  readonly id: string
  readonly username: string | null
  readonly username_key: string
  readonly email: string | null
  readonly email_key: string
  readonly password_hash: string | null
  readonly legacy_verifier: string | null
  readonly is_active: boolean
  readonly created_at: string | null
  readonly updated_at: string | null
  readonly revision: number
  readonly legacy: Readonly<Partial<Record<MappedColumn, KeptValue>>>
}

export type MappedColumn = 'username' | 'email' | 'password_hash' | 'created_at' | 'updated_at' | 'is_active'

/** The service row for a legacy row; `held` is the one there is, or null. Throws MappingError for a row with no place. */
export function forward(row: LegacyUserRow, held: ServiceUserRow | null): ServiceUserRow {
  const legacy: Partial<Record<MappedColumn, KeptValue>> = {}

  function map<T>(column: MappedColumn, field: Field<T>, current: (row: ServiceUserRow) => T): T {
    const kept = held?.legacy[column]
    if (held && isSameValue(row[column], writeColumn(field, current(held), kept))) {
      if (kept !== undefined) legacy[column] = kept
      return current(held)
    }
    const value = field.read(row[column])
    if (!isSameValue(field.write(value), row[column])) legacy[column] = keepValue(column, row[column])
    return value
  }

  const username = map('username', textField, (current) => current.username)
  const email = map('email', textField, (current) => current.email)
  const legacyVerifier = map('password_hash', textField, (current) => current.legacy_verifier)
  return {
    id: idOf(row.id),
    username,
    username_key: keyOf(username),
    email,
    email_key: keyOf(email),
    // Made from the password the verifier is of: another verifier is another password.
    password_hash: held && held.legacy_verifier === legacyVerifier ? held.password_hash : null,
    legacy_verifier: legacyVerifier,
    is_active: map('is_active', flagField, (current) => current.is_active),
    created_at: map('created_at', timeField, (current) => current.created_at),
    updated_at: map('updated_at', timeField, (current) => current.updated_at),
    revision: revisionOf(row.revision),
    legacy,
  }
}

/** The legacy row for a service row. */
export function back(row: ServiceUserRow): LegacyUserRow {
  const { legacy } = row
  return {
    id: row.id,
    username: writeColumn(textField, row.username, legacy.username),
    email: writeColumn(textField, row.email, legacy.email),
    password_hash: writeColumn(textField, row.legacy_verifier, legacy.password_hash),
    created_at: writeColumn(timeField, row.created_at, legacy.created_at),
    updated_at: writeColumn(timeField, row.updated_at, legacy.updated_at),
    is_active: writeColumn(flagField, row.is_active, legacy.is_active),
    username_key: readStorable(keyOf(row.username)),
    email_key: readStorable(keyOf(row.email)),
    revision: row.revision,
  }
}

export const userLens = { forward, back }

/** The kept spelling, as long as it still says what the service holds; the plain one otherwise. */
function writeColumn<T>(field: Field<T>, held: T, kept: KeptValue | undefined): LegacyValue {
  const own = kept === undefined ? undefined : readKept(kept)
  return own !== undefined && field.read(own) === held ? own : field.write(held)
}

function keyOf(name: string | null): string {
  return name === null ? '' : toStorable(fold(readStorable(name)))
}

function idOf(id: LegacyValue): string {
  if (typeof id !== 'string' || id === '' || id.includes('\u0000'))
    throw new MappingError('id', 'is no text that can name a row')
  return id
}

function revisionOf(revision: LegacyValue): number {
  if (typeof revision !== 'number' || !Number.isSafeInteger(revision))
    throw new MappingError('revision', 'is no whole number')
  return revision
}
