// What a legacy column holds is whatever was once written there: SQLite columns have an affinity, not a type. A field
// reads any of it as the monolith answers it, and knows the one plain spelling of what it read. Where a row was spelled
// otherwise, its own spelling is kept beside, in the service row's `legacy`, until either side writes another value.
import { answerTime, readStorable, toStorable } from '@emotibot/contracts'
import { MappingError } from './errors.ts'

/** A value as SQLite gives it. */
export type LegacyValue = string | number | null | Uint8Array

/** A legacy value as JSON that Postgres can hold: bytes in base64, U+0000 written otherwise. */
export type KeptValue = string | number | null | { readonly base64: string }

/** Both ways between a legacy value and what the service holds: `read(write(held))` is `held`. */
export type Field<T> = {
  read(value: LegacyValue): T
  write(held: T): LegacyValue
}

/** Text as text, bytes as UTF-8, a number in its own digits: as the monolith reads them. */
function readText(value: string | number | Uint8Array): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' ? String(value) : Buffer.from(value).toString('utf8')
}

/** Text that may be missing, held without U+0000. */
export const textField: Field<string | null> = {
  read: (value) => (value === null ? null : toStorable(readText(value))),
  write: (held) => (held === null ? null : readStorable(held)),
}

/** A time as it is answered; the text itself where that is no time. */
export const timeField: Field<string | null> = {
  read: (value) => (value === null ? null : toStorable(answerTime(readText(value)))),
  write: textField.write,
}

const FALSE_WORDS = new Set(['0', '0.0', 'false', 'f', 'no', ''])

/** Only what plainly says no is false. */
export const flagField: Field<boolean> = {
  read: (value) => value === null || !FALSE_WORDS.has(readText(value).trim().toLowerCase()),
  write: (held) => (held ? 1 : 0),
}

export function keepValue(column: string, value: LegacyValue): KeptValue {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') }
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new MappingError(column, `holds ${value}, which JSON cannot`)
  return typeof value === 'string' ? toStorable(value) : value
}

export function readKept(kept: KeptValue): LegacyValue {
  if (kept === null || typeof kept === 'number') return kept
  return typeof kept === 'string' ? readStorable(kept) : new Uint8Array(Buffer.from(kept.base64, 'base64'))
}

export function isSameValue(a: LegacyValue, b: LegacyValue): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0
  return a === b
}
