import type { FlipRequest, Refusal } from '@emotibot/contracts'
import { shareOf } from '../snapshot.ts'
import { isSamePlace, placeText } from './move.ts'
import { completePlan, type Planned } from './planned.ts'
import { type Gates, moveTo, noop, pageStays, refuseFrozen, refuseMove, refuseShare } from './refusals.ts'
import { type Selection, selectRoutes } from './select-routes.ts'

export type FlipToPlan = FlipRequest & { readonly id: string }

/** Names that no route and no domain has: the caller's mistake, not a refusal. */
export type UnknownNames = { readonly unknown: readonly string[] }

/** What a flip would do, and every reason at once why it must not. Pure: asks nobody, changes nothing. */
export function planFlip(request: FlipToPlan, gates: Gates): Planned | UnknownNames {
  const selection = selectRoutes(request.names)
  if (selection.unknown.length > 0) return { unknown: selection.unknown }
  const to = { stage: request.to, share: shareOf(request.to, request.share ?? 0) }
  const candidates = selection.routes
    .map((route) => ({ route, move: moveTo(route, to, gates.snapshot) }))
    .filter(({ move }) => !isSamePlace(move.from, to))
  const moves = candidates.map(({ move }) => move)
  const refused = [
    ...refuseShare(request.names.join(' '), request.to, request.share),
    ...selection.fixed.map(pageStays),
    ...refuseNoop(selection, candidates.length, placeText(to)),
    ...refuseFrozen(gates.snapshot, moves),
    ...candidates.flatMap((candidate) => refuseMove(candidate, gates)),
  ]
  const { id } = request
  return completePlan(
    { id, moves, also: selection.also, refused: distinct(refused), routes: selection.routes },
    gates,
  )
}

function refuseNoop({ routes }: Selection, moving: number, place: string): Refusal[] {
  if (moving > 0 || routes.length === 0) return []
  return [noop(`Nothing to do: ${routes.map((route) => route.key).join(', ')} is at ${place} already.`)]
}

/** One reason of a whole domain is said once, not once a route. */
function distinct(refused: readonly Refusal[]): Refusal[] {
  return [...new Map(refused.map((refusal) => [refusal.message, refusal])).values()]
}
