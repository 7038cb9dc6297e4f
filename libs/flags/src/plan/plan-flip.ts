import type { FlipRequest, Refusal } from '@emotibot/contracts'
import { shareOf } from '../snapshot.ts'
import { candidateTo, isMoving, isNeverSplit } from './candidates.ts'
import { placeText } from './move.ts'
import { completePlan, type Planned } from './planned.ts'
import { type Gates, noop, pageStays, refuseFrozen, refuseMove, refuseShare } from './refusals.ts'
import { type Selection, selectRoutes } from './select-routes.ts'

export type FlipToPlan = FlipRequest & { readonly id: string }

/** Names that no route and no domain has: the caller's mistake, not a refusal. */
export type UnknownNames = { readonly unknown: readonly string[] }

/** What a flip would do, and every reason at once why it must not. Pure: asks nobody, changes nothing. */
export function planFlip(request: FlipToPlan, gates: Gates): Planned | UnknownNames {
  const selection = selectRoutes(request.names)
  if (selection.unknown.length > 0) return { unknown: selection.unknown }
  const to = { stage: request.to, share: shareOf(request.to, request.share ?? 0) }
  const stays = staysOf(selection, request)
  const candidates = selection.routes
    .filter(({ key }) => !stays.includes(key))
    .map((route) => candidateTo(route, to, gates.snapshot))
    .filter((candidate) => isMoving(candidate, gates.snapshot))
  const refused = [
    ...refuseShare(request.names.join(' '), request.to, request.share),
    ...selection.fixed.map(pageStays),
    ...refuseNoop(selection, candidates.length, placeText(to)),
    ...refuseFrozen(
      gates.snapshot,
      candidates.map(({ move }) => move),
    ),
    ...candidates.flatMap((candidate) => refuseMove(candidate, gates)),
  ]
  return completePlan({ id: request.id, candidates, also: selection.also, stays, refused }, gates)
}

/** A domain that is split leaves behind what is never split; who names such a route is told no. */
function staysOf({ routes }: Selection, { names, to }: FlipToPlan): string[] {
  if (to !== 'canary') return []
  return routes.filter((route) => isNeverSplit(route) && !names.includes(route.key)).map(({ key }) => key)
}

function refuseNoop({ routes }: Selection, moving: number, place: string): Refusal[] {
  if (moving > 0 || routes.length === 0) return []
  return [noop(`Nothing to do: ${routes.map((route) => route.key).join(', ')} is at ${place} already.`)]
}
