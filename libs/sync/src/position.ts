/**
 * How far a destination has come in one source's feed. `xid` is 0 for SQLite, whose feed is ordered by `seq` alone;
 * in a Postgres feed the order is (xid, seq), and everything at or before the place belongs to finished transactions.
 * `anchor` is an entry it has passed: a source that no longer has it was restored from a backup.
 */
export type Place = {
  readonly store: string
  readonly xid: string
  readonly seq: number
  readonly anchor: Anchor | null
}

export type Anchor = { readonly seq: number; readonly print: string }

export const startOf = (store: string): Place => ({ store, xid: '0', seq: 0, anchor: null })

export function isSamePlace(one: Place, other: Place): boolean {
  return one.store === other.store && one.xid === other.xid && one.seq === other.seq
}

/** A map of store id → how far: a SQLite feed's seq, a Postgres transaction's id. */
export type Position = Readonly<Record<string, number>>

/** Whether all that `position` says about the place's store has been applied. What it says of others is not asked. */
export function hasApplied(place: Place, position: Position): boolean {
  const wanted = position[place.store]
  if (wanted === undefined) return true
  return place.xid === '0' ? place.seq >= wanted : BigInt(place.xid) > BigInt(wanted)
}

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
