import { customType } from 'drizzle-orm/sqlite-core'

/**
 * What a legacy row holds in a column is whatever was once written there: SQLite columns have an affinity, not a
 * type. These columns read anything and never throw; nothing they read is written back.
 */

/** Text as text, bytes as UTF-8, a number in its own digits. */
export function readText(held: unknown): string {
  if (typeof held === 'string') return held
  return Buffer.isBuffer(held) ? held.toString('utf8') : String(held)
}

/** A finite number, also when it was written as text; null for all else (JSON has no infinity). */
export function readNumber(held: unknown): number | null {
  if (held === null || Buffer.isBuffer(held)) return null
  const isBlank = typeof held === 'string' && held.trim() === ''
  const value = isBlank ? Number.NaN : Number(held)
  return Number.isFinite(value) ? value : null
}

const FALSE_WORDS = new Set(['0', '0.0', 'false', 'f', 'no', ''])

/** Only what plainly says no is false. */
export function readFlag(held: unknown): boolean {
  return !FALSE_WORDS.has(readText(held).trim().toLowerCase())
}

export const anyText = customType<{ data: string; driverData: unknown }>({
  dataType: () => 'text',
  fromDriver: readText,
})

export const anyNumber = customType<{ data: number | null; driverData: unknown }>({
  dataType: () => 'real',
  fromDriver: readNumber,
})

export const anyFlag = customType<{ data: boolean; driverData: unknown }>({
  dataType: () => 'integer',
  fromDriver: readFlag,
  toDriver: (flag) => (flag ? 1 : 0),
})
