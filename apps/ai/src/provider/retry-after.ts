/** Longest time a provider can have us leave it alone: a mistaken header must not switch replies off for a day. */
export const REST_MAX_MS = 60_000

/** A `Retry-After` in milliseconds, of seconds or of a date, at most REST_MAX_MS; null for none or what cannot be read. */
export function readRetryAfter(header: string | null, nowMs: number): number | null {
  const text = header?.trim() ?? ''
  if (text === '') return null
  const waitMs = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs
  return Number.isNaN(waitMs) ? null : Math.min(Math.max(waitMs, 0), REST_MAX_MS)
}
