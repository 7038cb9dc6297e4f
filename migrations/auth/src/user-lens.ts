// One user in two stores. The two laws of a lens (DESIGN §6.5), tested with any values SQLite can hold:
//
//   back(forward(row, s)) = row      what came from the monolith goes back as it was
//   forward(back(s), s) = s          what the monolith cannot hold survives its touching the rest of the row
//
// Both sides hold a key made from each name; it is made anew on the way, so a wrong one is mended.
import { fold, readStorable, toStorable } from '@emotibot/contracts'
import {
  createColumnLens,
  flagField,
  idOf,
  type Kept,
  type LegacyValue,
  textField,
  timeField,
  wholeOf,
} from '@emotibot/sync'

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
  readonly legacy: Kept<keyof typeof FIELDS>
}

const FIELDS = {
  username: textField,
  email: textField,
  password_hash: textField,
  created_at: timeField,
  updated_at: timeField,
  is_active: flagField,
}
const columns = createColumnLens(FIELDS)

/** The service row for a legacy row; `held` is the one there is, or null. Throws MappingError for a row with no place. */
export function forward(row: LegacyUserRow, held: ServiceUserRow | null): ServiceUserRow {
  const { values, legacy } = columns.read(row, held && heldBy(held))
  const { password_hash: legacyVerifier, username, email, ...others } = values
  return {
    ...others,
    id: idOf('id', row.id),
    username,
    username_key: keyOf(username),
    email,
    email_key: keyOf(email),
    // Made from the password the verifier is of: another verifier is another password.
    password_hash: held && held.legacy_verifier === legacyVerifier ? held.password_hash : null,
    legacy_verifier: legacyVerifier,
    revision: wholeOf('revision', row.revision),
    legacy,
  }
}

/** The legacy row for a service row. */
export function back(row: ServiceUserRow): LegacyUserRow {
  return {
    ...columns.write(heldBy(row)),
    id: row.id,
    username_key: readStorable(keyOf(row.username)),
    email_key: readStorable(keyOf(row.email)),
    revision: row.revision,
  }
}

export const userLens = { forward, back }

/** The monolith's one hash is the service's verifier of it. */
function heldBy(row: ServiceUserRow) {
  return { values: { ...row, password_hash: row.legacy_verifier }, legacy: row.legacy }
}

function keyOf(name: string | null): string {
  return name === null ? '' : toStorable(fold(readStorable(name)))
}
