import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogueScenarios } from './catalogue/index.ts'
import { faultsOfBothStores } from './rows/both-stores.ts'
import { compareRows } from './rows/compare-rows.ts'
import { writtenScenarios } from './scenarios/index.ts'
import { runSuite } from './suite.ts'
import { monolithTarget } from './targets/alone.ts'
import { isServed } from './targets/carved-out.ts'
import { facadeTarget, flippingTarget, type WholeTarget } from './targets/front-door.ts'
import type { Target } from './targets/target.ts'

const LIMIT_MS = 180_000

/** What the front door and the monolith answer by themselves is compared by a run that looks at every stage. */
const scenarios = [...writtenScenarios, ...catalogueScenarios].filter(
  ({ routes }) => routes.some(isServed) || routes.includes('realtime.socket'),
)

let reference: Target
let others: WholeTarget[]
beforeAll(async () => {
  reference = await monolithTarget()
  others = [await facadeTarget({ to: 'canary', share: 50, claims: 'service' }), await flippingTarget()]
})
afterAll(() => Promise.all([reference, ...others].map((target) => target.close())))

describe('half of the users at the services, and all of it flipped and rolled back under way', () => {
  it.each(scenarios)(
    '$name',
    async (scenario) => {
      const { mismatches } = await runSuite({ scenarios: [scenario], reference, others })
      expect(mismatches).toEqual([])
    },
    LIMIT_MS,
  )

  it(
    'leave behind what the monolith alone leaves behind, the same in both stores',
    async () => {
      const expected = await reference.leftRows?.()
      for (const { leftRows, stack } of others) {
        expect(compareRows(expected ?? new Map(), await leftRows())).toEqual([])
        expect(await faultsOfBothStores(stack)).toEqual([])
      }
    },
    LIMIT_MS,
  )
})
