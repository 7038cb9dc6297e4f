// What one driver drives flips of.
//
//   one domain   flips of that domain alone
//   several      a roll back that takes several back at once: it opens them all in the monolith's file, in one
//                transaction, which is its commit point
//
// The driver of one domain leaves a flip of several alone. Only when that one is overdue, which nobody then seems to
// drive, does it undo its own part: nothing of it can have crossed, for all of it crosses at one moment.
import type { Position, Side, WriteGroup } from '@emotibot/contracts'
import type { OpenFlip } from '@emotibot/flags'
import type { FencedRow, FenceOptions, FenceOutcome, GroupFence } from '@emotibot/sync'
import type { Direction, Movement } from '../movement.ts'
import { type CarvedGroups, targetsOf } from './flip-plan.ts'

export type ScopedDomain = { readonly movement: Movement; readonly carved: CarvedGroups }

export type Scope = {
  /** For people. */
  readonly name: string
  readonly isJoint: boolean
  readonly domains: readonly ScopedDomain[]
  /** Of every domain that is carved out here, also those whose stores are away. */
  readonly known: readonly CarvedGroups[]
}

/** Beyond its budget, this long is left to whoever drives a flip of several domains. */
const OVERDUE_MS = 3_000

export function singleScope(own: ScopedDomain, known: readonly CarvedGroups[]): Scope {
  return { name: own.carved.domain, isJoint: false, domains: [own], known }
}

export function jointScope(domains: readonly ScopedDomain[], known: readonly CarvedGroups[]): Scope {
  return { name: domains.map(({ carved }) => carved.domain).join('+'), isJoint: true, domains, known }
}

/** Whether a flip is of any domain of this scope. */
export const touches = ({ domains }: Scope, flip: OpenFlip): boolean =>
  domains.some(({ carved }) => targetsOf(flip, carved).length > 0)

export type Late = { readonly heldMs: number; readonly budgetMs: number }

export function isToDrive(scope: Scope, flip: OpenFlip, { heldMs, budgetMs }: Late): boolean {
  const concerned = scope.known.filter((carved) => targetsOf(flip, carved).length > 0)
  const isOfSeveral = concerned.length > 1
  if (scope.isJoint) return isOfSeveral && concerned.every((one) => isIn(scope, one))
  return !isOfSeveral || flip.abortReason !== null || heldMs > budgetMs + OVERDUE_MS
}

const isIn = ({ domains }: Scope, { domain }: CarvedGroups): boolean =>
  domains.some(({ carved }) => carved.domain === domain)

/** Only the domains that a flip is of. */
export function narrowTo(scope: Scope, flip: OpenFlip): Scope {
  return { ...scope, domains: scope.domains.filter(({ carved }) => targetsOf(flip, carved).length > 0) }
}

export const groupsOf = ({ domains }: Scope): WriteGroup[] => domains.flatMap(({ carved }) => [...carved.all])

export const directionsFrom = ({ domains }: Scope, side: Side): Direction[] =>
  domains.flatMap(({ movement }) => movement.directions.filter(({ source }) => source.side === side))

/** In the order of `groupsOf`. All domains are in one file of the monolith, and each in its own service's database. */
export async function readRows({ domains }: Scope, side: Side): Promise<FencedRow[]> {
  const rows = domains.map(({ movement, carved }) => movement.sides[side].authority.readAll(carved.all))
  return (await Promise.all(rows)).flat()
}

type Fencing = { readonly side: Side; readonly fences: readonly GroupFence[]; readonly options: FenceOptions }

/** In the monolith all or none; of several services each for itself, and what was done by some is seen at the next look. */
export async function fenceIn({ domains }: Scope, { side, fences, options }: Fencing): Promise<FenceOutcome> {
  const [first] = domains
  if (side === 'monolith' && first) return first.movement.sides.monolith.authority.fence(fences, options)
  const asked = domains.flatMap(({ movement, carved }) => {
    const own = fences.filter(({ group }) => carved.all.includes(group))
    return own.length > 0 ? [movement.sides.service.authority.fence(own, options)] : []
  })
  const settled = await Promise.allSettled(asked)
  return settled.map(valueOrThrow).reduce(together)
}

function valueOrThrow<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason
  return settled.value
}

function together(one: FenceOutcome, other: FenceOutcome): FenceOutcome {
  if (one.outcome !== 'done') return one
  if (other.outcome !== 'done') return other
  const position: Position = { ...one.position, ...other.position }
  return { ...one, rows: [...one.rows, ...other.rows], position }
}
