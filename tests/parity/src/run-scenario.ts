import { compareRuns, type Mismatch } from './compare/compare-runs.ts'
import { createJourney } from './journey/journey.ts'
import type { Observation } from './journey/observation.ts'
import type { Scenario } from './journey/scenario.ts'
import type { Target } from './targets/target.ts'

/** Walks a scenario against one target and gives what it saw. The second walk of one there needs a `turn` of its own. */
export async function walk(scenario: Scenario, target: Target, turn = ''): Promise<Observation[]> {
  const journey = createJourney(target, turn + prefixOf(scenario))
  try {
    await scenario.walk(journey)
  } finally {
    await journey.close()
  }
  return journey.observations
}

/** Differences between two walks of a scenario, and what is a fault on any side. */
export function judge(
  scenario: Scenario,
  left: readonly Observation[],
  right: readonly Observation[],
): Mismatch[] {
  const faults = [...left, ...right].flatMap((observation) => faultOf(scenario, observation))
  return [...compareRuns(scenario.name, left, right), ...faults]
}

/** Walks a scenario against two targets at once and compares. */
export async function compareScenario(scenario: Scenario, left: Target, right: Target): Promise<Mismatch[]> {
  const [ofLeft, ofRight] = await Promise.all([walk(scenario, left), walk(scenario, right)])
  return judge(scenario, ofLeft, ofRight)
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
  if (observation.kind === 'answer' && observation.answer.status >= 500)
    return [
      {
        scenario: name,
        route,
        call,
        part: 'status',
        left: 'no 5xx',
        right: String(observation.answer.status),
      },
    ]
  return []
}
