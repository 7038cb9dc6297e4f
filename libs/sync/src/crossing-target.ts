import { bucketOf, type Side, type WriteGroup } from '@emotibot/contracts'
import { createSplit, ownsIn, type Split } from './crossing-split.ts'

/** Partitions whose changes are set aside at a side. `isAnyUnknown`: of one, nobody can tell the partition. */
export type SetAsidePartitions = { readonly known: readonly string[]; readonly isAnyUnknown: boolean }

/** Buckets `[low, high)` of a group whose requests have to wait. */
export type Span = { readonly group: WriteGroup; readonly low: number; readonly high: number }

/** A group's split now, and the one it is to have. */
export type Change = { readonly group: WriteGroup; readonly split: Split; readonly wanted: Split }

/**
 * On the way back, partitions whose changes the monolith could not apply stay with the service; those that it has by now
 * move too. On the way forward nobody comes back.
 */
export function wantedSplit(now: Split, share: number, atMonolith: SetAsidePartitions): Split {
  if (share > now.share) return createSplit(share, now.kept)
  return createSplit(
    share,
    atMonolith.known.filter((partition) => ownsIn(now, 'service', partition)),
  )
}

const sideOf = ({ split, wanted }: Change): Side => (wanted.share > split.share ? 'monolith' : 'service')

/** Who gives something up: the same side for all groups of a flip, or there is an obstacle. */
export function sourceOf(moving: readonly Change[]): Side {
  const [first] = moving
  return first ? sideOf(first) : 'monolith'
}

/** Why the groups must not move as they are; null when they may. */
export function obstacleOf(
  moving: readonly Change[],
  setAside: Readonly<Record<Side, SetAsidePartitions>>,
): string | null {
  const from = sourceOf(moving)
  if (moving.some((change) => sideOf(change) !== from))
    return 'its groups move in both directions: order one after the other'
  const there = setAside[from === 'monolith' ? 'service' : 'monolith']
  if (moving.length > 0 && there.isAnyUnknown)
    return 'a change is set aside that names no user: settle it first'
  const stuck = there.known.filter((partition) =>
    moving.some(({ split, wanted }) => ownsIn(split, from, partition) && !ownsIn(wanted, from, partition)),
  )
  return stuck.length > 0 ? `changes of ${listed(stuck)} are set aside: settle them first` : null
}

const SHOWN = 3

function listed(partitions: readonly string[]): string {
  const more = partitions.length > SHOWN ? ` and ${partitions.length - SHOWN} others` : ''
  return partitions.slice(0, SHOWN).join(', ') + more
}

/** Around all that moves: the buckets between the shares, and those of partitions that were kept until now. */
export function spanOf({ group, split, wanted }: Change): Span {
  const shares = split.share === wanted.share ? [] : [split.share, wanted.share]
  const released = split.kept.filter((partition) => !ownsIn(wanted, 'service', partition)).map(bucketOf)
  return {
    group,
    low: Math.min(...shares, ...released),
    high: Math.max(...shares, ...released.map((bucket) => bucket + 1)),
  }
}
