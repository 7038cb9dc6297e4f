// A field reads any legacy value as the monolith answers it, and knows the one plain spelling of what it read.
import { answerTime, readStorable, toStorable } from '@emotibot/contracts'
import { type LegacyValue, readText } from './legacy-values.ts'

/** Both ways between a legacy value and what the service holds: `read(write(held))` is `held`. */
export type Field<T> = {
  read(value: LegacyValue): T
  write(held: T): LegacyValue
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

/** A finite number, also when it was written as text; null for all else. */
export const numberField: Field<number | null> = {
  read: readNumber,
  write: (held) => held,
}

/** A whole number that every store holds exactly; null for all else. */
export const wholeField: Field<number | null> = {
  read: (value) => (typeof value === 'number' && Number.isSafeInteger(value) ? value : null),
  write: (held) => held,
}

const FALSE_WORDS = new Set(['0', '0.0', 'false', 'f', 'no', ''])

/** Only what plainly says no is false. */
export const flagField: Field<boolean> = {
  read: (value) => value === null || !FALSE_WORDS.has(readText(value).trim().toLowerCase()),
  write: (held) => (held ? 1 : 0),
}

function readNumber(value: LegacyValue): number | null {
  if (value === null || value instanceof Uint8Array) return null
  const isBlank = typeof value !== 'number' && readText(value).trim() === ''
  const number = isBlank ? Number.NaN : Number(readText(value))
  // `+ 0`, for JSON has no -0.
  return Number.isFinite(number) ? number + 0 : null
}
