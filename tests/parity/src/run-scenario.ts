import { compareRuns, type Mismatch } from './compare/compare-runs.ts'
import { createJourney } from './journey/journey.ts'
import type { Observation } from './journey/observation.ts'
import type { Scenario } from './journey/scenario.ts'
import type { Target } from './targets/target.ts'

export type Compared = {
  readonly mismatches: Mismatch[]
  /** Calls compared, by route. */
  readonly cases: ReadonlyMap<string, number>
}

/** Walks a scenario against two targets, one after the other, and compares. */
export async function compareScenario(scenario: Scenario, left: Target, right: Target): Promise<Compared> {
  const [ofLeft, ofRight] = [await walk(scenario, left), await walk(scenario, right)]
  const faults = [...ofLeft, ...ofRight].flatMap((observation) => faultOf(scenario, observation))
  const differences = compareRuns(scenario.name, ofLeft, ofRight)
  return { mismatches: [...differences, ...faults], cases: countByRoute(ofLeft) }
}

async function walk(scenario: Scenario, target: Target): Promise<Observation[]> {
  const journey = createJourney(target, prefixOf(scenario))
  try {
    await scenario.walk(journey)
  } finally {
    await journey.close()
  }
  return journey.observations
}

/** Names people after the scenario, so that scenarios do not meet and both sides see the same names. */
function prefixOf({ name }: Scenario): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 48)
}

/** A claim that does not hold, and a server's own fault, are mismatches on whichever side they are. */
function faultOf({ name }: Scenario, observation: Observation): Mismatch[] {
  const { route, call } = observation
  if (observation.kind === 'claim' && !observation.holds)
    return [{ scenario: name, route, call, part: 'claim', left: 'true', right: 'false' }]
  if (observation.kind === 'answer' && observation.answer.status === 500)
    return [{ scenario: name, route, call, part: 'status', left: 'never 500', right: '500' }]
  return []
}

function countByRoute(observations: readonly Observation[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { route } of observations) counts.set(route, (counts.get(route) ?? 0) + 1)
  return counts
}
