import { type RouteKey, routeKeys } from '@emotibot/contracts'
import type { Mismatch } from './compare/compare-runs.ts'
import type { Scenario } from './journey/scenario.ts'
import { compareScenario } from './run-scenario.ts'
import type { Target } from './targets/target.ts'

export type SuiteOptions = {
  readonly scenarios: readonly Scenario[]
  /** What is compared against; fresh, as each of the others. */
  readonly reference: () => Promise<Target>
  readonly others: readonly (() => Promise<Target>)[]
  readonly onProgress?: (line: string) => void
}

export type SuiteResult = {
  /** Targets that were compared with the reference. */
  readonly targets: readonly string[]
  /** Compared calls, by route, over all targets. */
  readonly cases: Readonly<Record<string, number>>
  readonly mismatches: readonly (Mismatch & { readonly target: string })[]
}

/** Walks every scenario against the reference and each other target that serves its routes. */
export async function runSuite({
  scenarios,
  reference,
  others,
  onProgress,
}: SuiteOptions): Promise<SuiteResult> {
  const targets: string[] = []
  const cases: Record<string, number> = {}
  const mismatches: (Mismatch & { target: string })[] = []
  for (const start of others) {
    const [left, right] = [await reference(), await start()]
    targets.push(right.name)
    try {
      for (const scenario of scenarios.filter(({ routes }) => routes.every(right.serves))) {
        const compared = await compareScenario(scenario, left, right)
        mismatches.push(...compared.mismatches.map((mismatch) => ({ target: right.name, ...mismatch })))
        for (const [route, count] of compared.cases) cases[route] = (cases[route] ?? 0) + count
        onProgress?.(`${right.name}: ${scenario.name}: ${compared.mismatches.length} mismatches`)
      }
    } finally {
      await left.close()
      await right.close()
    }
  }
  return { targets, cases, mismatches }
}

/** Routes the suite has nothing to say about, which fails it: a route without a parity rule, or without a case. */
export function untestedRoutes(
  cases: Readonly<Record<string, number>>,
  wanted: readonly RouteKey[] = routeKeys,
): string[] {
  return wanted.filter((route) => (cases[route] ?? 0) === 0)
}
