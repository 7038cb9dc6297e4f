import { type RouteKey, routeKeys, routeOf } from '@emotibot/contracts'
import type { Mismatch } from './compare/compare-runs.ts'
import type { Scenario } from './journey/scenario.ts'
import { judge, walk } from './run-scenario.ts'
import type { Target } from './targets/target.ts'

export type SuiteOptions = {
  readonly scenarios: readonly Scenario[]
  /** What all others are compared with. */
  readonly reference: Target
  readonly others: readonly Target[]
  readonly onProgress?: (line: string) => void
}

export type SuiteResult = {
  /** Compared observations, by route, over all targets. */
  readonly cases: Readonly<Record<string, number>>
  readonly mismatches: readonly (Mismatch & { readonly target: string })[]
}

/** Walks every scenario against the reference and, beside it, every other target that serves its routes. */
export async function runSuite({
  scenarios,
  reference,
  others,
  onProgress,
}: SuiteOptions): Promise<SuiteResult> {
  const cases: Record<string, number> = {}
  const mismatches: (Mismatch & { target: string })[] = []
  for (const scenario of scenarios) {
    const targets = others.filter((target) => canWalk(scenario, target))
    const [expected = [], ...seen] = await Promise.all(
      [reference, ...targets].map((target) => walk(scenario, target)),
    )
    for (const [at, target] of targets.entries()) {
      const found = judge(scenario, expected, seen[at] ?? [])
      mismatches.push(...found.map((mismatch) => ({ target: target.name, ...mismatch })))
      for (const { route } of expected) cases[route] = (cases[route] ?? 0) + 1
    }
    onProgress?.(`${scenario.name}: ${targets.length} targets, ${mismatches.length} mismatches so far`)
  }
  return { cases, mismatches }
}

/** A service by itself serves no page. */
function canWalk({ routes, needsFrontDoor = false }: Scenario, { serves }: Target): boolean {
  return routes.every(serves) && (!needsFrontDoor || serves('ui.page'))
}

/** Why each of the wanted routes proves nothing, which fails the suite: it has no parity rule, or no case. */
export function unprovenRoutes(
  cases: Readonly<Record<string, number>>,
  wanted: readonly RouteKey[] = routeKeys,
  ruleOf: (route: RouteKey) => unknown = (route) => routeOf(route).parity,
): string[] {
  return wanted.flatMap((route) => {
    if (!ruleOf(route)) return [`${route} has no parity rule`]
    return (cases[route] ?? 0) === 0 ? [`${route} has no case`] : []
  })
}
