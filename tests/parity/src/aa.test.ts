import { afterAll, beforeAll, expect, it } from 'vitest'
import { judge, walk } from './run-scenario.ts'
import { writtenScenarios } from './scenarios/index.ts'
import { monolithTarget } from './targets/alone.ts'
import type { Target } from './targets/target.ts'

let left: Target
let right: Target
beforeAll(async () => {
  ;[left, right] = await Promise.all([monolithTarget('left'), monolithTarget('right')])
})
afterAll(() => Promise.all([left.close(), right.close()]))

it.each(writtenScenarios)('$name (monolith against itself: silent)', async (scenario) => {
  const [ofLeft, ofRight] = await Promise.all([walk(scenario, left), walk(scenario, right)])
  expect(judge(scenario, ofLeft, ofRight)).toEqual([])
  const called = new Set(ofLeft.map(({ route }) => route))
  expect(scenario.routes.filter((route) => !called.has(route))).toEqual([])
})
