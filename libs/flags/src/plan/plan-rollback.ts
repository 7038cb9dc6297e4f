import {
  movableRoutes,
  type Receipt,
  type Refusal,
  type RouteDefinition,
  routeList,
} from '@emotibot/contracts'
import { flagOf } from '../snapshot.ts'
import { type Candidate, candidateTo, isDataMove, isMoving } from './candidates.ts'
import { isSamePlace, placeText } from './move.ts'
import type { UnknownNames } from './plan-flip.ts'
import { completePlan, type Planned } from './planned.ts'
import { type Gates, noop, pageStays, refuseFrozen, refuseMove } from './refusals.ts'
import { namesFor, selectRoutes } from './select-routes.ts'

const MONOLITH = { stage: 'monolith', share: 0 } as const

/** Takes routes and domains back to the monolith. */
export function planRollback(names: readonly string[], id: string, gates: Gates): Planned | UnknownNames {
  const { routes, also, fixed, unknown } = selectRoutes(names)
  if (unknown.length > 0) return { unknown }
  const candidates = backToMonolith(routes, gates)
  const refused = [
    ...fixed.map(pageStays),
    ...candidates.flatMap((candidate) => refuseMove(candidate, gates)),
    ...(candidates.length > 0 || routes.length === 0
      ? []
      : [noop(`${names.join(', ')} is on the monolith already.`)]),
  ]
  return completePlan({ id, candidates, also, refused }, gates)
}

/**
 * Takes everything back that can come back: what is retired stays. One flip, also where it moves data of several
 * domains: all of it opens in one store, the monolith's.
 */
export function planRollbackOfAll(id: string, gates: Gates): Planned {
  const routes = movableRoutes.filter(({ key }) => flagOf(gates.snapshot, key).stage !== 'retired')
  const candidates = backToMonolith(routes, gates)
  const refused = candidates.length > 0 ? [] : [noop('Everything is on the monolith already.')]
  const planned = completePlan({ id, candidates, also: [], refused }, gates)
  const others = candidates.filter((candidate) => !isDataMove(candidate, gates.snapshot))
  return planned.movesData && others.length > 0 ? nameWhatCan(planned, others) : planned
}

/** While data cannot come back, everything else still can. */
function nameWhatCan(planned: Planned, others: readonly Candidate[]): Planned {
  const { refused } = planned.plan
  if (refused.length === 0) return planned
  const message = 'Everything that moves no data can come back now, by name.'
  const next = `./fig rollback ${others.map(({ route }) => route.key).join(' ')}`
  return { ...planned, plan: { ...planned.plan, refused: [...refused, { kind: 'safety', message, next }] } }
}

function backToMonolith(routes: readonly RouteDefinition[], { snapshot }: Gates): Candidate[] {
  return routes
    .map((route) => candidateTo(route, MONOLITH, snapshot))
    .filter((candidate) => isMoving(candidate, snapshot))
}

export type FlipToUndo = { readonly receipt: Receipt; readonly laterFlips: readonly string[] }

/** Restores the stages from before one flip. Undoing a roll back is a forward move, and judged as one. */
export function planUndo({ receipt, laterFlips }: FlipToUndo, id: string, gates: Gates): Planned {
  const candidates = receipt.moves.flatMap((done) => {
    const route = routeList.find(({ key }) => key === done.route)
    return route ? [candidateTo(route, done.from, gates.snapshot)] : []
  })
  const moving = candidates.filter((candidate) => isMoving(candidate, gates.snapshot))
  const moves = moving.map(({ move }) => move)
  const refused = [
    ...refuseLaterFlips({ receipt, laterFlips }, gates),
    ...refuseFrozen(gates.snapshot, moves),
    ...moving.flatMap((candidate) => refuseMove(candidate, gates)),
    ...(moves.length > 0
      ? []
      : [noop(`What ${receipt.flip} moved is back already: ${placesOf(candidates)}.`)]),
  ]
  return completePlan({ id, candidates: moving, also: receipt.also_moves, refused }, gates)
}

/** Later flips of the same routes stand in the way, unless they were undone: then everything is as this one left it. */
function refuseLaterFlips({ receipt, laterFlips }: FlipToUndo, { snapshot }: Gates): Refusal[] {
  const moved = receipt.moves.filter(({ route, to }) => !isSamePlace(flagOf(snapshot, route), to))
  if (laterFlips.length === 0 || moved.length === 0) return []
  const message = `Later flips moved the same routes: ${laterFlips.join(', ')}. Undo the newest, or take the routes themselves back.`
  return [
    {
      kind: 'safety',
      message,
      next: `./fig rollback ${namesFor(moved.map(({ route }) => route)).join(' ')}`,
    },
  ]
}

const placesOf = (candidates: readonly Candidate[]): string =>
  candidates.map(({ route, move }) => `${route.key} is at ${placeText(move.from)}`).join(', ')
