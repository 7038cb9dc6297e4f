// What a fence may do to a store's authority row, decided apart from the databases.
//
//            giveUp: smaller rule            open: larger rule
//   source ──────────────────────►  …  destination ──────────────────►
//            close: same rule, higher epoch: what an older driver still wants is refused from now on
import type { WriteGroup } from '@emotibot/contracts'
import type { Position } from './position.ts'
import { isWithin, type Rule } from './rule.ts'

/** A group's row in one store. */
export type AuthorityRow = { readonly group: WriteGroup; readonly epoch: number; readonly rule: Rule }

/** `rule` is the whole rule the store has afterwards; `close` keeps the one it has. */
export type Fence =
  | {
      readonly kind: 'giveUp' | 'open'
      readonly fromEpoch: number
      readonly epoch: number
      readonly rule: Rule
    }
  | { readonly kind: 'close'; readonly fromEpoch: number; readonly epoch: number }

export type FenceOptions = {
  /** Past it the fence gives up waiting for the writers, and nothing changed. */
  readonly lockWithinMs: number
}

/**
 * `done`: the row is the new one, now or already since an earlier attempt; `position` holds every write that any
 * earlier row let through. `refused`: the row is another than expected. `busy`: the lock was not had in time.
 */
export type FenceOutcome =
  | { readonly outcome: 'done'; readonly row: AuthorityRow; readonly position: Position }
  | { readonly outcome: 'refused'; readonly row: AuthorityRow; readonly reason: string }
  | { readonly outcome: 'busy' }

export type FenceVerdict =
  | { readonly verdict: 'take'; readonly next: AuthorityRow }
  | { readonly verdict: 'already' }
  | { readonly verdict: 'refuse'; readonly reason: string }

/** Only growing epochs are taken, only from the epoch the driver saw, and only in the direction it names. */
export function judgeFence(row: AuthorityRow, fence: Fence): FenceVerdict {
  const next = { group: row.group, epoch: fence.epoch, rule: fence.kind === 'close' ? row.rule : fence.rule }
  if (row.epoch === fence.epoch && fence.kind !== 'close' && isSameRule(row.rule, fence.rule)) {
    return { verdict: 'already' }
  }
  if (fence.epoch <= row.epoch) return refuse(`epoch ${fence.epoch} is not above ${row.epoch}`)
  if (row.epoch !== fence.fromEpoch) return refuse(`epoch is ${row.epoch}, not ${fence.fromEpoch}`)
  if (fence.kind === 'giveUp' && !isWithin(next.rule, row.rule))
    return refuse('a store can only give up what it owns')
  if (fence.kind === 'open' && !isWithin(row.rule, next.rule))
    return refuse('opening must not take anything away')
  return { verdict: 'take', next }
}

const refuse = (reason: string): FenceVerdict => ({ verdict: 'refuse', reason })

function isSameRule(one: Rule, other: Rule): boolean {
  return isWithin(one, other) && isWithin(other, one)
}
