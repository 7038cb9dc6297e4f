/**
 * How much of what was written is meant: a map of store id → how far (a SQLite feed's seq, a Postgres transaction's
 * id). The answer to a write carries its position; whoever sends it back reads their own write on either side.
 */
export type Position = Readonly<Record<string, number>>

/** A program's way to carry a position; the page has the cookie. Both hold `encodePosition`'s text. */
export const POSITION_HEADER = 'emotibot-position'
export const POSITION_COOKIE = 'emotibot_position'
/** Long past every lag; what is older has been applied or is not coming. */
export const POSITION_LIFETIME_SECONDS = 24 * 3_600

/** The later of both, store by store. */
export function mergePositions(one: Position, other: Position): Position {
  const merged: Record<string, number> = { ...one }
  for (const [store, reached] of Object.entries(other)) merged[store] = Math.max(merged[store] ?? 0, reached)
  return merged
}

const PART = /^([a-f0-9]{10})\.([a-z0-9]{1,11})$/
const MOST_STORES = 8

/** Compact, and safe in a cookie and in a header: `0a1b2c3d4e.2s~…`. */
export function encodePosition(position: Position): string {
  return Object.entries(position)
    .map(([store, reached]) => `${store}.${reached.toString(36)}`)
    .join('~')
}

/** Reads what a client sent back: parts that nobody could have been given are ignored, never an error. */
export function decodePosition(text: string): Position {
  const parts = text
    .split('~')
    .slice(0, MOST_STORES)
    .map((part) => PART.exec(part))
  const known = parts.flatMap((part) => {
    const [, store, digits] = part ?? []
    const reached = Number.parseInt(digits ?? '', 36)
    return store && Number.isSafeInteger(reached) ? [[store, reached] as const] : []
  })
  return Object.fromEntries(known)
}
