import type { RouteKey } from '@emotibot/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { walkedEntries } from './catalogue/index.ts'
import type { Scenario } from './journey/scenario.ts'
import { createMixedSides, type MixedSides, nameOfMix, SAMPLE_OF_MIXES } from './mixes/mixed-sides.ts'
import { randomCarving, seededRandom } from './mixes/random-carving.ts'
import { startPlanted } from './plant/start-planted.ts'
import { faultsOfBothStores } from './rows/both-stores.ts'
import { compareAtRest } from './rows/compare-rows.ts'
import { judge, walk } from './run-scenario.ts'
import { readLegacy } from './scenarios/legacy.ts'
import { endOfVisit, wholeVisit } from './scenarios/whole-visit.ts'
import { directTarget, monolithTarget } from './targets/alone.ts'
import { SERVED_DOMAINS, startWhole, type Whole } from './targets/carved-out.ts'
import type { Target } from './targets/target.ts'

const LIMIT_MS = 120_000
const seed = Number(process.env['PARITY_SEED'] ?? 20_261_123)

let reference: Target
let whole: Whole
let sides: MixedSides
beforeAll(async () => {
  ;[reference, whole] = await Promise.all([monolithTarget(), startWhole()])
  sides = createMixedSides(whole)
})
afterAll(() => Promise.all([reference.close(), whole.close()]))

let visits = 0
const isOfAuth = (route: RouteKey) => route.startsWith('auth.')

/** Walks there and at the monolith. */
async function mismatchesAt(target: Target, scenarios: readonly Scenario[]) {
  visits += 1
  const turn = `v${visits}-`
  const found = []
  for (const scenario of scenarios) {
    const seen = await Promise.all([reference, target].map((each) => walk(scenario, each, turn)))
    found.push(...judge(scenario, seen[0] ?? [], seen[1] ?? []))
  }
  return found
}

it.each(SAMPLE_OF_MIXES.map((mix) => ({ name: nameOfMix(mix), mix })))(
  '$name at the service: answers as the monolith does',
  async ({ mix }) => {
    const found = await mismatchesAt(await sides.go(mix), [wholeVisit, endOfVisit, readLegacy])
    expect(found).toEqual([])
  },
  LIMIT_MS,
)

it(
  'each service by itself, without the front door, answers as the monolith does',
  async () => {
    const found = await mismatchesAt(directTarget(whole), [wholeVisit, readLegacy])
    expect(found).toEqual([])
  },
  LIMIT_MS,
)

it(
  `all rolled back, and carved out in a random order with roll backs in between (seed ${seed})`,
  async () => {
    expect(await mismatchesAt(await sides.go([]), [wholeVisit])).toEqual([])
    for (const { domain, to } of randomCarving(seededRandom(seed))) {
      const found = await mismatchesAt(await sides.move(domain, to), [wholeVisit])
      expect({ domain, to, found }).toEqual({ domain, to, found: [] })
    }
  },
  4 * LIMIT_MS,
)

it(
  'what was left behind is what the monolith alone leaves behind, and the same in both stores',
  async () => {
    const ours = (await reference.leftRows?.()) ?? new Map()
    expect(ours.size).toBeGreaterThan(SAMPLE_OF_MIXES.length)
    expect(await compareAtRest(ours, whole.leftRows)).toEqual([])
    expect(await faultsOfBothStores(whole.stack)).toEqual([])
  },
  LIMIT_MS,
)

// Last, for what is broken leaves other rows behind.
describe('a planted breakage of the services is found', () => {
  // What is auth's alone was found before any other service was there.
  const entries = walkedEntries.filter(({ scenario: { routes } }) => !routes.every(isOfAuth))
  const plants = entries.flatMap(({ number, scenario, breakages }) =>
    breakages.map((breakage) => ({ number, scenario, breakage, what: breakage.name })),
  )
  it.each(plants)(
    '$number: $what',
    async ({ scenario, breakage }) => {
      const planted = await startPlanted(await sides.go(SERVED_DOMAINS), breakage)
      const found = await mismatchesAt(planted, [scenario])
      await planted.close()
      expect(found.some(({ route }) => scenario.routes.some((own) => own === route))).toBe(true)
    },
    LIMIT_MS,
  )

  it.each(entries)(
    '$number: silent without a breakage',
    async ({ scenario }) => {
      const planted = await startPlanted(await sides.go(SERVED_DOMAINS), { name: 'nothing is broken' })
      expect(await mismatchesAt(planted, [scenario])).toEqual([])
      await planted.close()
    },
    LIMIT_MS,
  )
})
