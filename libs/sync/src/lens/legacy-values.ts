// What a legacy column holds is whatever was once written there: SQLite columns have an affinity, not a type, and even
// text may be any bytes. Each value has a form that JSON and Postgres can hold, and comes back from it as it was.
import { isDeepStrictEqual } from 'node:util'
import { readStorable, toStorable } from '@emotibot/contracts'

/** Text whose bytes are not UTF-8: no string can hold it. */
export type BrokenText = { readonly brokenText: Uint8Array }

/** A value as SQLite gives it. */
export type LegacyValue = string | number | null | Uint8Array | BrokenText

/** A legacy value as JSON that Postgres can hold: bytes in base64, U+0000 written otherwise. */
export type KeptValue =
  | string
  | number
  | null
  | { readonly base64: string }
  | { readonly broken_text: string }
  | { readonly number: string }

export function isBrokenText(value: LegacyValue): value is BrokenText {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array)
}

/** Text as text, bytes as UTF-8, a number in its own digits: as the monolith reads them. */
export function readText(value: Exclude<LegacyValue, null>): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  return Buffer.from(isBrokenText(value) ? value.brokenText : value).toString('utf8')
}

export function keepValue(value: LegacyValue): KeptValue {
  if (value === null) return null
  if (typeof value === 'string') return toStorable(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : { number: String(value) }
  if (isBrokenText(value)) return { broken_text: toBase64(value.brokenText) }
  return { base64: toBase64(value) }
}

export function readKept(kept: KeptValue): LegacyValue {
  if (kept === null || typeof kept === 'number') return kept
  if (typeof kept === 'string') return readStorable(kept)
  if ('number' in kept) return Number(kept.number)
  return 'broken_text' in kept ? { brokenText: fromBase64(kept.broken_text) } : fromBase64(kept.base64)
}

export function isSameValue(a: LegacyValue, b: LegacyValue): boolean {
  return isDeepStrictEqual(a, b)
}

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))
