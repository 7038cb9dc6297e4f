import { afterAll, beforeAll, expect, it } from 'vitest'
import { compareScenario } from './run-scenario.ts'
import { writtenScenarios } from './scenarios/index.ts'
import type { Target } from './targets/target.ts'
import { monolithTarget } from './targets/targets.ts'

let left: Target
let right: Target
beforeAll(async () => {
  ;[left, right] = await Promise.all([monolithTarget('left'), monolithTarget('right')])
})
afterAll(() => Promise.all([left.close(), right.close()]))

it.each(writtenScenarios)('$name (monolith against itself: silent)', async (scenario) => {
  const { mismatches, cases } = await compareScenario(scenario, left, right)
  expect(mismatches).toEqual([])
  expect([...scenario.routes].filter((route) => !cases.has(route))).toEqual([])
})
