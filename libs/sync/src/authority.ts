// What a fence may do to a store's authority row, decided apart from the databases.
//
//            giveUp: smaller rule            open: larger rule
//   source ──────────────────────►  …  destination ──────────────────►
//            close: same rule, higher epoch: what an older driver still wants is refused from now on
import type { Position, WriteGroup } from '@emotibot/contracts'
import { isWithin, type Rule } from './rule.ts'

/** What a group's row in one store says to writers. */
export type AuthorityRow = { readonly group: WriteGroup; readonly epoch: number; readonly rule: Rule }

/** The whole row, as fences see it. */
export type FencedRow = AuthorityRow & {
  /** The rule before the last fence, if that was a give-up; null after `open` and `close`, and before the first. */
  readonly before: Rule | null
  /** The flip that the last fence was taken for; null when it was for none. */
  readonly flip: string | null
}

type Taken = { readonly fromEpoch: number; readonly epoch: number; readonly flip?: string }

/** `rule` is the whole rule the store has afterwards; `close` keeps the one it has. */
export type Fence =
  | (Taken & { readonly kind: 'giveUp' | 'open'; readonly rule: Rule })
  | (Taken & { readonly kind: 'close' })

export type GroupFence = Fence & { readonly group: WriteGroup }

export type FenceOptions = {
  /** For the lock of each group. Past it the fence gives up waiting for the writers, and nothing changed. */
  readonly lockWithinMs: number
}

/**
 * `done`: the rows are the new ones, now or already since an earlier attempt; `position` holds every write that any
 * earlier rows let through. `refused`: a row is another than expected, and none was changed. `busy`: the locks were not
 * had in time. Rows are in the order of the fences.
 */
export type FenceOutcome =
  | { readonly outcome: 'done'; readonly rows: readonly FencedRow[]; readonly position: Position }
  | { readonly outcome: 'refused'; readonly rows: readonly FencedRow[]; readonly reason: string }
  | { readonly outcome: 'busy' }

export type FenceVerdict =
  | { readonly verdict: 'take'; readonly next: FencedRow }
  | { readonly verdict: 'already' }
  | { readonly verdict: 'refuse'; readonly reason: string }

/**
 * Only growing epochs are taken, only from the epoch the driver saw, and only in the direction the fence names. A flip
 * gives a group up once: where it was taken back, it stays taken back.
 */
export function judgeFence(row: FencedRow, fence: Fence): FenceVerdict {
  const next = rowAfter(row, fence)
  if (isSameRow(row, next)) return { verdict: 'already' }
  if (fence.epoch <= row.epoch) return refuse(`epoch ${fence.epoch} is not above ${row.epoch}`)
  if (row.epoch !== fence.fromEpoch) return refuse(`epoch is ${row.epoch}, not ${fence.fromEpoch}`)
  if (fence.kind === 'giveUp' && fence.flip !== undefined && fence.flip === row.flip)
    return refuse(`flip ${fence.flip} was taken back here`)
  if (fence.kind === 'giveUp' && !isWithin(next.rule, row.rule))
    return refuse('a store can only give up what it owns')
  if (fence.kind === 'open' && !isWithin(row.rule, next.rule))
    return refuse('opening must not take anything away')
  return { verdict: 'take', next }
}

/** All of them or none: the rows afterwards, in the order of the fences, and which have to be written. */
export function judgeFences(
  rows: readonly FencedRow[],
  fences: readonly GroupFence[],
):
  | { readonly refused: string }
  | { readonly rows: readonly FencedRow[]; readonly changed: readonly FencedRow[] } {
  const after: FencedRow[] = []
  const changed: FencedRow[] = []
  for (const [at, fence] of fences.entries()) {
    const row = rows[at]
    if (!row) return { refused: `there is no row of group ${fence.group}` }
    const judged = judgeFence(row, fence)
    if (judged.verdict === 'refuse') return { refused: `${fence.group}: ${judged.reason}` }
    after.push(judged.verdict === 'take' ? judged.next : row)
    if (judged.verdict === 'take') changed.push(judged.next)
  }
  return { rows: after, changed }
}

function rowAfter(row: FencedRow, fence: Fence): FencedRow {
  return {
    group: row.group,
    epoch: fence.epoch,
    rule: fence.kind === 'close' ? row.rule : fence.rule,
    before: fence.kind === 'giveUp' ? row.rule : null,
    flip: fence.flip ?? null,
  }
}

const refuse = (reason: string): FenceVerdict => ({ verdict: 'refuse', reason })

/** What a give-up came from is not told by the row it left: any will do. */
function isSameRow(one: FencedRow, other: FencedRow): boolean {
  return (
    one.epoch === other.epoch &&
    one.flip === other.flip &&
    (one.before === null) === (other.before === null) &&
    isWithin(one.rule, other.rule) &&
    isWithin(other.rule, one.rule)
  )
}
