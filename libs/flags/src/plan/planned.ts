import type { Move, Plan, Refusal } from '@emotibot/contracts'
import { type Candidate, domainsOf, isDataMove, storesNeeded } from './candidates.ts'
import type { FeedFacts } from './carve-out-facts.ts'
import { costsOf } from './costs.ts'
import { refuseData } from './data-gates.ts'
import { flagsOf, isForward, isSamePlace, type PlannedMove } from './move.ts'
import type { Gates } from './refusals.ts'
import { namesFor } from './select-routes.ts'

/** A plan as it is shown, and what the ledger needs to carry it out. */
export type Planned = {
  readonly plan: Plan
  readonly moves: readonly PlannedMove[]
  readonly isForward: boolean
  /** Then it is ordered (`orderFlip`), and the mover carries it out; else `applyFlip` is all there is to do. */
  readonly movesData: boolean
}

type Draft = {
  readonly id: string
  /** What moves. */
  readonly candidates: readonly Candidate[]
  readonly also: readonly string[]
  readonly stays?: readonly string[]
  readonly refused: readonly Refusal[]
}

export function completePlan({ id, candidates, also, stays = [], refused }: Draft, gates: Gates): Planned {
  const moves = candidates.map(({ move }) => move)
  const moving = new Set(moves.map((move) => move.route))
  const plan: Plan = {
    id,
    moves: moves.map(({ route, from, to }) => ({ route, from, to })),
    also_moves: also.filter((key) => moving.has(key)),
    stays: [...stays],
    ...costsOf(candidates, gates),
    evidence: evidenceOf(candidates, gates),
    refused: distinct([...refused, ...refuseData(candidates, gates)]),
    back: backCommand(moves),
  }
  const movesData = candidates.some((candidate) => isDataMove(candidate, gates.snapshot))
  return { plan, moves, isForward: moves.some(isForward), movesData }
}

/** One reason of a whole domain is said once, not once a route. */
function distinct(refused: readonly Refusal[]): Refusal[] {
  return [...new Map(refused.map((refusal) => [refusal.message, refusal])).values()]
}

function evidenceOf(candidates: readonly Candidate[], { services, carveOuts }: Gates): string[] {
  const stores = new Set(candidates.flatMap(storesNeeded))
  return [...new Set([...domainsOf(candidates), ...stores])].flatMap((domain) => {
    const service = services.get(domain)
    const facts = carveOuts.get(domain)
    // What was never copied is not behind by anything.
    const feeds = stores.has(domain) && facts?.state === 'moving' ? facts.feeds : []
    return [
      ...(service?.isReady ? [`${service.name} is ready, build ${service.build ?? 'unknown'}`] : []),
      ...feeds.flatMap((feed) => feedEvidence(domain, feed)),
    ]
  })
}

function feedEvidence(domain: string, { from, to, behindMs, setAside }: FeedFacts): string[] {
  const lag =
    behindMs === null
      ? `how far the ${to} is behind is not known`
      : `the ${to} is ${Math.round(behindMs)} ms behind`
  const aside = setAside ? `; ${setAside} set aside, whose users stay on the ${from}` : ''
  return [`${domain}: ${lag}${aside}`]
}

/** The command that undoes the moves. Mixed beginnings are restored by the flip's id, which the receipt has. */
function backCommand(moves: readonly Move[]): string {
  const [first] = moves
  if (!first || moves.every(({ from, to }) => isSamePlace(from, to))) return 'nothing to undo'
  const names = namesFor(moves.map((move) => move.route)).join(' ')
  if (!moves.every((move) => isSamePlace(move.from, first.from))) return './fig rollback FLIP'
  return first.from.stage === 'monolith'
    ? `./fig rollback ${names}`
    : `./fig flip ${names} ${flagsOf(first.from)}`
}
