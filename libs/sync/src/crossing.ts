// What is to be done next about ownership that crosses from one store to the other, decided from both stores' rows and
// nothing else that lasts; so whoever decides may die at any moment, and any number may decide at once.
//
//   ordered ─ hold ─ giveUp ─ applied ─ open ─ record             the source's row names the flip and what it gave up
//                │       └──── close ─ reopen ─┐                  the destination refuses to open at the old epoch
//                └─────────────── reopen ──────┴─ abandon         the source's row names the flip, and gave up nothing
//
// Whether a flip crossed or was taken back is final and in the stores: a source gives up once for a flip, a closed gap
// goes back, and the ledger is told afterwards. What a decision wants is taken only at the epochs it was made from.
import type { Side, WriteGroup } from '@emotibot/contracts'
import * as fences from './crossing-fences.ts'
import { isSameSplit, ownsIn, type Split } from './crossing-split.ts'
import { type Gap, type GroupRows, newestEpoch, otherSide, stateOf, traceOf } from './crossing-state.ts'
import {
  obstacleOf,
  type SetAsidePartitions,
  type Span,
  sourceOf,
  spanOf,
  wantedSplit,
} from './crossing-target.ts'

/** A flip that has not ended, as the ledger last said. */
export type FlipToCross = {
  readonly id: string
  readonly state: 'ordered' | 'held'
  readonly targets: readonly {
    readonly group: WriteGroup
    readonly share: number
    /** The ledger's epoch of the group's routes: the new one is above it. */
    readonly epoch: number
  }[]
  /** Why it is not to go on, e.g. its time is over; null while it may. */
  readonly mustStop: string | null
}

export type CrossingView = {
  readonly rows: readonly GroupRows[]
  /** False when a store is away: its rows are those last seen, and what is set aside there is not known. */
  readonly areRowsFresh: boolean
  readonly flip: FlipToCross | null
  /** `flip`, or that there is none, was read after the rows. */
  readonly isFlipKnown: boolean
  /** `flip` was known to be open before the rows were read, too: they are not of the time before it. */
  readonly areRowsOfFlip: boolean
  /** A gap has been seen for longer than any flip may take. */
  readonly isGapOld: boolean
  readonly setAside: Readonly<Record<Side, SetAsidePartitions>>
  /** Of groups, up to which give-up (its epoch) the destination has applied the source's feed. */
  readonly applied: ReadonlyMap<WriteGroup, number>
}

export type CrossingStep =
  | { readonly step: 'hold'; readonly from: Side; readonly spans: readonly Span[] }
  | ({ readonly step: 'giveUp' | 'open' | 'close' | 'reopen' } & fences.Fences)
  | { readonly step: 'applied'; readonly from: Side; readonly epochs: ReadonlyMap<WriteGroup, number> }
  | {
      readonly step: 'record'
      readonly epochs: ReadonlyMap<WriteGroup, number>
      readonly kept: readonly string[]
    }
  | { readonly step: 'abandon'; readonly reason: string }
  /** `odd`: these groups' rows make no sense together; look again, and if it stays so, tell a person. */
  | { readonly step: 'nothing'; readonly odd: readonly WriteGroup[] }

type Whole = GroupRows & { readonly split: Split }

const NOTHING: CrossingStep = { step: 'nothing', odd: [] }

export function nextStep(view: CrossingView): CrossingStep {
  const groups = view.rows.map((rows) => ({ rows, state: stateOf(rows) }))
  const odd = groups.filter(({ state }) => state.is === 'odd')
  if (odd.length > 0) return { step: 'nothing', odd: odd.map(({ rows }) => rows.group) }
  const gaps = groups.flatMap(({ rows, state }) => (state.is === 'gap' ? [{ ...rows, ...state }] : []))
  const wholes = groups.flatMap(({ rows, state }) =>
    state.is === 'whole' ? [{ ...rows, split: state.split }] : [],
  )
  if (gaps.length > 0) return settleGaps(gaps, wholes, view)
  return view.flip ? advance(wholes, view.flip, view) : NOTHING
}

function settleGaps(gaps: readonly Gap[], wholes: readonly Whole[], view: CrossingView): CrossingStep {
  const closed = gaps.filter(({ isClosed }) => isClosed)
  if (closed.length > 0) return { step: 'reopen', ...fences.reopen(closed) }
  const { flip } = view
  const isOurs = flip !== null && gaps.every((gap) => gap.flip === flip.id)
  if (isOurs && isOnItsWay(gaps, wholes, { flip, view }))
    return view.areRowsFresh ? goOn(gaps, view) : NOTHING
  // A gap of a flip that is not open has no driver; who cannot know whether it is open waits as long as one may take.
  return isOurs || view.isFlipKnown || view.isGapOld ? { step: 'close', ...fences.close(gaps) } : NOTHING
}

type OnItsWay = { readonly flip: FlipToCross; readonly view: CrossingView }

function isOnItsWay(gaps: readonly Gap[], wholes: readonly Whole[], { flip, view }: OnItsWay): boolean {
  const [first] = gaps
  const shareOf = (group: WriteGroup) => flip.targets.find((target) => target.group === group)?.share
  return (
    flip.mustStop === null &&
    gaps.every((gap) => gap.from === first?.from && gap.after.share === shareOf(gap.group)) &&
    wholes.every(({ group, split }) => [split.share, undefined].includes(shareOf(group))) &&
    !gaps.some((gap) => isStuck(gap, view.setAside[otherSide(gap.from)]))
  )
}

/** Whether a change of what is between the stores was set aside: the destination would open without it. */
function isStuck({ from, before, after }: Gap, { known, isAnyUnknown }: SetAsidePartitions): boolean {
  return (
    isAnyUnknown ||
    known.some((partition) => ownsIn(before, from, partition) && !ownsIn(after, from, partition))
  )
}

function goOn(gaps: readonly Gap[], { applied }: CrossingView): CrossingStep {
  const from = gaps[0]?.from ?? 'monolith'
  const epochs = new Map(gaps.map((gap) => [gap.group, gap[from].epoch]))
  const isApplied = [...epochs].every(([group, epoch]) => applied.get(group) === epoch)
  return isApplied ? { step: 'open', ...fences.open(gaps) } : { step: 'applied', from, epochs }
}

function advance(wholes: readonly Whole[], flip: FlipToCross, view: CrossingView): CrossingStep {
  const targets = wholes.flatMap((whole) => {
    const target = flip.targets.find(({ group }) => group === whole.group)
    if (!target) return []
    return [
      {
        ...whole,
        floor: target.epoch,
        wanted: wantedSplit(whole.split, target.share, view.setAside.monolith),
      },
    ]
  })
  const traces = targets.map((target) => traceOf(target, flip.id))
  const moving = targets.filter(({ split, wanted }) => !isSameSplit(split, wanted))
  const isThere = targets.every(({ split, wanted }) => split.share === wanted.share)
  if (isThere && traces.includes('crossed')) return record(targets)
  // Another flip may have come since it was read, after which the rows tell nothing of this one.
  if (!view.isFlipKnown) return NOTHING
  const obstacle = flip.mustStop ?? obstacleOf(moving, view.setAside)
  if (traces.includes('takenBack'))
    return { step: 'abandon', reason: obstacle ?? 'another mover took it back' }
  // Rows that are older than the flip may look as it wants them, and another flip may have moved them since.
  if (moving.length === 0) return view.areRowsOfFlip ? record(targets) : NOTHING
  if (obstacle !== null) return { step: 'reopen', ...fences.takeBack(moving, flip.id) }
  if (!view.areRowsFresh) return NOTHING
  return flip.state === 'ordered'
    ? { step: 'hold', from: sourceOf(moving), spans: moving.map(spanOf) }
    : { step: 'giveUp', ...fences.giveUp(moving, flip.id) }
}

function record(targets: readonly Whole[]): CrossingStep {
  return {
    step: 'record',
    epochs: new Map(targets.map((target) => [target.group, newestEpoch(target)])),
    kept: [...new Set(targets.flatMap(({ split }) => split.kept))].toSorted(),
  }
}
