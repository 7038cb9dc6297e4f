import type { RouteKey } from '@emotibot/contracts'
import type { Scenario } from './journey/scenario.ts'
import { compareLeftRows } from './rows/compare-rows.ts'
import { runSuite, type SuiteResult } from './suite.ts'
import { monolithTarget } from './targets/alone.ts'
import type { Target } from './targets/target.ts'

export type WaveResult = SuiteResult & {
  readonly targets: readonly string[]
  /** What the only target says that it serves. */
  readonly served: readonly RouteKey[] | undefined
}

export type Wave = {
  readonly scenarios: readonly Scenario[]
  readonly starts: readonly (() => Promise<Target>)[]
  readonly onProgress?: (line: string) => void
}

/** Some targets at once, beside a monolith of their own: what they answer, and what they leave behind. */
export async function runWave({ scenarios, starts, onProgress }: Wave): Promise<WaveResult> {
  const reference = await monolithTarget()
  const others: Target[] = []
  try {
    for (const start of starts) others.push(await start())
    const walked = await runSuite({ scenarios, reference, others, ...(onProgress ? { onProgress } : {}) })
    const rows = await compareLeftRows(reference, others)
    const targets = others.map(({ name }) => name)
    return {
      ...walked,
      mismatches: [...walked.mismatches, ...rows],
      targets,
      served: others.length === 1 ? others[0]?.served : undefined,
    }
  } finally {
    await Promise.all([reference, ...others].map((target) => target.close()))
  }
}

/** What several waves came to. */
export function joinWaves(waves: readonly WaveResult[]): WaveResult {
  const cases: Record<string, number> = {}
  for (const [route, count] of waves.flatMap((wave) => Object.entries(wave.cases)))
    cases[route] = (cases[route] ?? 0) + count
  return {
    cases,
    mismatches: waves.flatMap(({ mismatches }) => mismatches),
    targets: waves.flatMap(({ targets }) => targets),
    served: waves.length === 1 ? waves[0]?.served : undefined,
  }
}
