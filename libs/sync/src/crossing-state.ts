// What both stores' rows of a group say together:
//
//   whole ──giveUp──► gap, open ──open──► whole, crossed
//     ▲                  │ close
//     └────reopen── gap, closed
import type { Side, WriteGroup } from '@emotibot/contracts'
import type { FencedRow } from './authority.ts'
import { isSameSplit, type Split, splitOf } from './crossing-split.ts'
import { isWithin } from './rule.ts'

export type GroupRows = {
  readonly group: WriteGroup
  readonly monolith: FencedRow
  readonly service: FencedRow
}

/**
 * `gap`: side `from` gave partitions up, and nobody owns them. It is open to the other side as long as that side's epoch
 * is below the give-up's; once closed, it can only go back. `odd`: rows of two moments, or written by hand.
 */
export type GroupState =
  | { readonly is: 'whole'; readonly split: Split }
  | {
      readonly is: 'gap'
      readonly from: Side
      readonly isClosed: boolean
      readonly flip: string | null
      readonly before: Split
      readonly after: Split
    }
  | { readonly is: 'odd' }

/** A group between the stores. */
export type Gap = GroupRows & Extract<GroupState, { is: 'gap' }>

export const otherSide = (side: Side): Side => (side === 'monolith' ? 'service' : 'monolith')

export function stateOf(rows: GroupRows): GroupState {
  const monolith = splitOf(rows.monolith.rule, 'monolith')
  const service = splitOf(rows.service.rule, 'service')
  if (!monolith || !service) return { is: 'odd' }
  if (isSameSplit(monolith, service)) return { is: 'whole', split: service }
  // Of two that gave something up once, the later one made the gap.
  const from: Side = laterGiver(rows)
  const { before: rule, epoch, flip, rule: left } = rows[from]
  const before = rule && splitOf(rule, from)
  const [after, there] = from === 'monolith' ? [monolith, service] : [service, monolith]
  if (!rule || !before || !isSameSplit(before, there) || !isWithin(left, rule)) return { is: 'odd' }
  return { is: 'gap', from, isClosed: rows[otherSide(from)].epoch >= epoch, flip, before, after }
}

function laterGiver({ monolith, service }: GroupRows): Side {
  if (monolith.before === null) return 'service'
  return service.before !== null && service.epoch > monolith.epoch ? 'service' : 'monolith'
}

export const newestEpoch = ({ monolith, service }: GroupRows): number =>
  Math.max(monolith.epoch, service.epoch)

/**
 * What a whole group's rows tell of a flip. `crossed`: it opened the destination. `takenBack`: the source was opened
 * again at its name, and will not give up for it any more. Null: it has not begun, or another flip came after it.
 */
export function traceOf({ monolith, service }: GroupRows, flip: string): 'crossed' | 'takenBack' | null {
  const marked = [monolith, service].filter((row) => row.flip === flip)
  if (marked.length === 0) return null
  return marked.some(({ before }) => before !== null) ? 'crossed' : 'takenBack'
}
