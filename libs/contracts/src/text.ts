/**
 * The words both sides must agree on when they compare or search text. Both are made here, once, and
 * stored: databases fold and tokenise differently (SQLite's lower() knows ASCII only, Postgres's C locale too).
 */

/** How names and e-mails are compared: NFKC, then lower case. Stored in `*_key` columns. `fold('ÉMILIE') === fold('émilie')`. */
export function fold(name: string): string {
  return name.normalize('NFKC').toLowerCase()
}

/** The words of a text as search knows them: NFKD, marks stripped, lower case, runs of letters and digits. */
export function searchWords(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return plain.match(/[\p{L}\p{N}]+/gu) ?? []
}

/** Whether every word of the query begins a word of the text. An empty query matches nothing. */
export function matchesSearch(query: string, text: string): boolean {
  const words = searchWords(text)
  const wanted = searchWords(query)
  return wanted.length > 0 && wanted.every((prefix) => words.some((word) => word.startsWith(prefix)))
}

/** Rounds an average the way the contract states it: 4 decimals, in code, never `-0`. */
export function round4(value: number): number {
  return Math.round(value * 10_000) / 10_000 + 0
}

/** Legacy times are naive UTC in Python's spelling, `2024-05-01 18:22:41.123456`. */
const NAIVE_UTC = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:?\d{2})?$/

/**
 * A stored time as it is answered: UTC ISO 8601 with milliseconds and `Z`. What cannot be read as a time
 * is answered in its own text, for nothing a legacy row holds may be lost.
 */
export function answerTime(stored: string): string {
  const parts = NAIVE_UTC.exec(stored.trim())
  if (!parts) return stored
  const [, day, clock, fraction = '', zone = 'Z'] = parts
  const millis = fraction.padEnd(3, '0').slice(0, 3)
  const time = new Date(`${day}T${clock}.${millis}${zone}`)
  return Number.isNaN(time.getTime()) ? stored : time.toISOString()
}

/** What U+0000 and this mark itself are written with where U+0000 cannot be held. */
const ESCAPE = '\uE000'

/**
 * Legacy text may hold U+0000, which Postgres holds nowhere. This writes any text without it, reversibly:
 * `readStorable(toStorable(text)) === text`. Text without U+0000 and U+E000 stays as it is.
 */
export function toStorable(text: string): string {
  return text.replaceAll(ESCAPE, `${ESCAPE}1`).replaceAll('\u0000', `${ESCAPE}0`)
}

/** The text that was written with `toStorable`. */
export function readStorable(stored: string): string {
  return stored.replaceAll(`${ESCAPE}0`, '\u0000').replaceAll(`${ESCAPE}1`, ESCAPE)
}
