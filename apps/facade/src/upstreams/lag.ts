import type { Domain, Side } from '@emotibot/contracts'

/** How far the store of a side may be behind the other side's, in milliseconds; null when nobody knows now. */
export type LagOf = (domain: Domain, side: Side) => number | null

/**
 * A side that is less behind than this is as good as the other for a client that has written nothing itself. Above the
 * time between two looks at the mover: a lag counts from when it was asked.
 */
export const FRESH_MS = 3_000
