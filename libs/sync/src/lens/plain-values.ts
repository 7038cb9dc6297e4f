// Values of columns that our own code has always written: anything else in them has no place on the other side.
import type { LegacyValue } from './legacy-values.ts'
import { MappingError } from './mapping-error.ts'

/** Throws MappingError for what cannot name a row. */
export function idOf(column: string, value: LegacyValue): string {
  if (typeof value !== 'string' || value === '' || value.includes('\u0000'))
    throw new MappingError(column, 'is no text that can name a row')
  return value
}

export function plainTextOf(column: string, value: LegacyValue): string {
  if (typeof value !== 'string') throw new MappingError(column, 'is no text')
  return value
}

/** Text that both sides hold letter for letter. */
export function exactTextOf(column: string, value: LegacyValue): string {
  const text = plainTextOf(column, value)
  if (text.includes('\u0000')) throw new MappingError(column, 'holds U+0000, which Postgres cannot')
  return text
}

export function wholeOf(column: string, value: LegacyValue): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw new MappingError(column, 'is no whole number')
  return value
}
