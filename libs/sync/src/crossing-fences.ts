// The fences of each step, each at the epochs that were read: a store takes them only while its rows are still those.
import type { Side } from '@emotibot/contracts'
import type { GroupFence } from './authority.ts'
import { ruleOf, type Split } from './crossing-split.ts'
import { type Gap, type GroupRows, newestEpoch, otherSide } from './crossing-state.ts'
import { type Change, sourceOf } from './crossing-target.ts'

/** `side`: whose rows change. */
export type Fences = { readonly side: Side; readonly fences: readonly GroupFence[] }

/** A whole group that is to move; `floor`: the ledger's epoch of it. */
export type Moving = GroupRows & Change & { readonly floor: number }

export function giveUp(moving: readonly Moving[], flip: string): Fences {
  const side = sourceOf(moving)
  const fences = moving.map((target) => ({
    group: target.group,
    flip,
    kind: 'giveUp' as const,
    fromEpoch: target[side].epoch,
    epoch: Math.max(newestEpoch(target), target.floor) + 1,
    rule: ruleOf(target.wanted, side),
  }))
  return { side, fences }
}

/** At the epoch of the give-up, below which the destination has to be. */
export function open(gaps: readonly Gap[]): Fences {
  const from = fromOf(gaps)
  const side = otherSide(from)
  const fences = gaps.map((gap) => ({
    ...named(gap),
    kind: 'open' as const,
    fromEpoch: gap[side].epoch,
    epoch: gap[from].epoch,
    rule: ruleOf(gap.after, side),
  }))
  return { side, fences }
}

/** At an epoch above the give-up's, so that the destination can never open for it. */
export function close(gaps: readonly Gap[]): Fences {
  const from = fromOf(gaps)
  const side = otherSide(from)
  const fences = sameWay(gaps).map((gap) => ({
    ...named(gap),
    kind: 'close' as const,
    fromEpoch: gap[side].epoch,
    epoch: gap[from].epoch + 1,
  }))
  return { side, fences }
}

export function reopen(closed: readonly Gap[]): Fences {
  const side = fromOf(closed)
  const fences = sameWay(closed).map((gap) => reopenAs(gap, side, gap.before))
  return { side, fences }
}

/** Nothing was given up yet, and from this epoch on nothing will be for this flip. */
export function takeBack(moving: readonly Moving[], flip: string): Fences {
  const side = sourceOf(moving)
  const fences = moving.map((target) => reopenAs({ ...target, flip }, side, target.split))
  return { side, fences }
}

function reopenAs(rows: GroupRows & { flip: string | null }, side: Side, split: Split): GroupFence {
  return {
    ...named(rows),
    kind: 'open',
    fromEpoch: rows[side].epoch,
    epoch: Math.max(rows[side].epoch + 1, rows[otherSide(side)].epoch),
    rule: ruleOf(split, side),
  }
}

const fromOf = (gaps: readonly Gap[]): Side => gaps[0]?.from ?? 'monolith'
const sameWay = (gaps: readonly Gap[]): Gap[] => gaps.filter(({ from }) => from === fromOf(gaps))
const named = ({ group, flip }: GroupRows & { flip: string | null }) => ({
  group,
  ...(flip === null ? {} : { flip }),
})
