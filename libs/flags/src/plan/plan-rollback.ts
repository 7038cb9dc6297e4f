import {
  movableRoutes,
  type Receipt,
  type Refusal,
  type RouteDefinition,
  routeList,
} from '@emotibot/contracts'
import { flagOf } from '../snapshot.ts'
import { isSamePlace, type PlannedMove, placeText } from './move.ts'
import type { UnknownNames } from './plan-flip.ts'
import { completePlan, type Planned } from './planned.ts'
import { type Gates, moveTo, noop, pageStays, refuseFrozen, refuseMove } from './refusals.ts'
import { selectRoutes } from './select-routes.ts'

const MONOLITH = { stage: 'monolith', share: 0 } as const

/** Takes routes and domains back to the monolith. */
export function planRollback(names: readonly string[], id: string, gates: Gates): Planned | UnknownNames {
  const { routes, also, fixed, unknown } = selectRoutes(names)
  if (unknown.length > 0) return { unknown }
  const candidates = routes.map((route) => ({ route, move: moveTo(route, MONOLITH, gates.snapshot) }))
  const moving = candidates.filter(({ move }) => !isSamePlace(move.from, MONOLITH))
  const moves = moving.map(({ move }) => move)
  const refused = [
    ...fixed.map(pageStays),
    ...moving.flatMap((candidate) => refuseMove(candidate, gates)),
    ...(moves.length > 0 || routes.length === 0
      ? []
      : [noop(`${names.join(', ')} is on the monolith already.`)]),
  ]
  return completePlan({ id, moves, also, refused, routes }, gates)
}

/** Takes everything back that can come back: what is retired stays. */
export function planRollbackOfAll(id: string, gates: Gates): Planned {
  const routes = movableRoutes.filter(({ key }) => flagOf(gates.snapshot, key).stage !== 'retired')
  const moves = routes
    .map((route) => moveTo(route, MONOLITH, gates.snapshot))
    .filter(({ from }) => !isSamePlace(from, MONOLITH))
  const refused = moves.length > 0 ? [] : [noop('Everything is on the monolith already.')]
  return completePlan({ id, moves, also: [], refused, routes }, gates)
}

export type FlipToUndo = { readonly receipt: Receipt; readonly laterFlips: readonly string[] }

/** Restores the stages from before one flip. Undoing a roll back is a forward move, and judged as one. */
export function planUndo({ receipt, laterFlips }: FlipToUndo, id: string, gates: Gates): Planned {
  const candidates = receipt.moves.flatMap((done) => {
    const route = routeList.find(({ key }) => key === done.route)
    return route ? [{ route, move: moveTo(route, done.from, gates.snapshot) }] : []
  })
  const moving = candidates.filter(({ move }) => !isSamePlace(move.from, move.to))
  const moves = moving.map(({ move }) => move)
  const refused = [
    ...refuseLaterFlips({ receipt, laterFlips }, gates),
    ...refuseFrozen(gates.snapshot, moves),
    ...moving.flatMap((candidate) => refuseMove(candidate, gates)),
    ...(moves.length > 0
      ? []
      : [noop(`What ${receipt.flip} moved is back already: ${placesOf(candidates)}.`)]),
  ]
  const routes = candidates.map(({ route }) => route)
  return completePlan({ id, moves, also: receipt.also_moves, refused, routes }, gates)
}

/** Later flips of the same routes stand in the way, unless they were undone: then everything is as this one left it. */
function refuseLaterFlips({ receipt, laterFlips }: FlipToUndo, { snapshot }: Gates): Refusal[] {
  const moved = receipt.moves.filter(({ route, to }) => !isSamePlace(flagOf(snapshot, route), to))
  if (laterFlips.length === 0 || moved.length === 0) return []
  const message = `Later flips moved the same routes: ${laterFlips.join(', ')}. Undo the newest, or take the routes themselves back.`
  return [{ kind: 'safety', message, next: `./fig rollback ${moved.map(({ route }) => route).join(' ')}` }]
}

type Candidates = readonly { readonly route: RouteDefinition; readonly move: PlannedMove }[]

const placesOf = (candidates: Candidates): string =>
  candidates.map(({ route, move }) => `${route.key} is at ${placeText(move.from)}`).join(', ')
