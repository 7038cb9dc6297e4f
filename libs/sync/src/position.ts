import type { Position } from '@emotibot/contracts'

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

/** Whether all that `position` says about the place's store has been applied. What it says of others is not asked. */
export function hasApplied(place: Place, position: Position): boolean {
  const wanted = position[place.store]
  if (wanted === undefined) return true
  return place.xid === '0' ? place.seq >= wanted : BigInt(place.xid) > BigInt(wanted)
}
