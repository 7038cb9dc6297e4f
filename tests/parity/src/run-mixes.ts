import type { Mismatch } from './compare/compare-runs.ts'
import type { Scenario } from './journey/scenario.ts'
import { createMixedSides, EVERY_MIX, nameOfMix } from './mixes/mixed-sides.ts'
import { randomCarving, seededRandom } from './mixes/random-carving.ts'
import { faultsOfBothStores } from './rows/both-stores.ts'
import { compareAtRest } from './rows/compare-rows.ts'
import { judge, walk } from './run-scenario.ts'
import { endOfVisit, wholeVisit } from './scenarios/whole-visit.ts'
import { monolithTarget } from './targets/alone.ts'
import { startWhole } from './targets/carved-out.ts'
import type { Target } from './targets/target.ts'

export type MixOptions = {
  /** Walked at each mix beside a whole visit. */
  readonly scenarios: readonly Scenario[]
  readonly seed: number
  readonly onProgress?: (line: string) => void
}

type Found = Mismatch & { readonly target: string }

/** One system carried through every mix of domains, and then carved out in a random order: what it answers and leaves behind. */
export async function runMixes({ scenarios, seed, onProgress }: MixOptions): Promise<Found[]> {
  const [reference, whole] = await Promise.all([monolithTarget(), startWhole()])
  const sides = createMixedSides(whole)
  const found: Found[] = []
  let visits = 0

  async function visit(target: Target, name: string): Promise<void> {
    visits += 1
    const turn = `m${visits}-`
    for (const scenario of [wholeVisit, endOfVisit, ...scenarios]) {
      const [left = [], right = []] = await Promise.all(
        [reference, target].map((each) => walk(scenario, each, turn)),
      )
      found.push(...judge(scenario, left, right).map((mismatch) => ({ target: name, ...mismatch })))
    }
    onProgress?.(`${name}: ${found.length} mismatches so far`)
  }

  try {
    for (const mix of EVERY_MIX) await visit(await sides.go(mix), `${nameOfMix(mix)} at the service`)
    for (const { domain, to } of [ALL_BACK, ...randomCarving(seededRandom(seed))])
      await visit(
        domain ? await sides.move(domain, to) : await sides.go([]),
        `carving: ${domain} to the ${to}`,
      )
    const ours = (await reference.leftRows?.()) ?? new Map()
    const rows = (await compareAtRest(ours, whole.leftRows)).map((mismatch) => ({
      target: 'every mix',
      ...mismatch,
    }))
    return [...found, ...rows, ...(await faultsOfBothStores(whole.stack)).map(asMismatch)]
  } finally {
    await Promise.all([reference.close(), whole.close()])
  }
}

const ALL_BACK = { domain: null, to: 'monolith' } as const

export function asMismatch(fault: string): Found {
  const scenario = 'both stores hold the same'
  return { target: 'every mix', scenario, route: '', call: '', part: 'rows', left: '', right: fault }
}
