import type { Move, Plan, Refusal, RouteDefinition } from '@emotibot/contracts'
import { isForward, isSamePlace, type Place, type PlannedMove } from './move.ts'
import type { Gates, ServiceFacts } from './refusals.ts'

/** A plan as it is shown, and what the ledger needs to carry it out. */
export type Planned = {
  readonly plan: Plan
  readonly moves: readonly PlannedMove[]
  readonly isForward: boolean
}

type Draft = {
  readonly id: string
  readonly moves: readonly PlannedMove[]
  readonly also: readonly string[]
  readonly refused: readonly Refusal[]
  readonly routes: readonly RouteDefinition[]
}

export function completePlan({ id, moves, also, refused, routes }: Draft, { services }: Gates): Planned {
  const moving = new Set(moves.map((move) => move.route))
  const plan: Plan = {
    id,
    moves: moves.map(({ route, from, to }) => ({ route, from, to })),
    also_moves: also.filter((key) => moving.has(key)),
    users: null,
    lag_ms: null,
    expected_wait_ms: 0,
    evidence: evidenceOf(
      routes.filter((route) => moving.has(route.key)),
      services,
    ),
    refused: [...refused],
    back: backCommand(moves),
  }
  return { plan, moves, isForward: moves.some(isForward) }
}

function evidenceOf(
  routes: readonly RouteDefinition[],
  services: ReadonlyMap<string, ServiceFacts>,
): string[] {
  const domains = [...new Set(routes.map((route) => route.domain))]
  return domains.flatMap((domain) => {
    const service = services.get(domain)
    return service?.isReady ? [`${service.name} is ready, build ${service.build ?? 'unknown'}`] : []
  })
}

/** The command that undoes the moves. Mixed beginnings are restored by the flip's id, which the receipt has. */
function backCommand(moves: readonly Move[]): string {
  const [first] = moves
  if (!first) return 'nothing to undo'
  const names = moves.map((move) => move.route).join(' ')
  if (!moves.every((move) => isSamePlace(move.from, first.from))) return './fig rollback FLIP'
  return first.from.stage === 'monolith'
    ? `./fig rollback ${names}`
    : `./fig flip ${names} ${flagsOf(first.from)}`
}

function flagsOf({ stage, share }: Place): string {
  return stage === 'canary' ? `--to canary --share ${share}` : `--to ${stage}`
}
