import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogueScenarios } from './catalogue/index.ts'
import type { Scenario } from './journey/scenario.ts'
import { judge, walk } from './run-scenario.ts'
import { authScenarios } from './scenarios/auth.ts'
import { AUTH_SERVED, authTarget, monolithTarget } from './targets/alone.ts'
import { facadeTarget, flippingTarget } from './targets/front-door.ts'
import type { Target } from './targets/target.ts'

/** Of auth alone: what a run that looks at every domain has beyond this. */
const isOfAuth = ({ routes }: Scenario) => routes.every((route) => AUTH_SERVED.includes(route))
const scenarios = [...authScenarios, ...catalogueScenarios].filter(isOfAuth)

let reference: Target
beforeAll(async () => {
  reference = await monolithTarget()
})
afterAll(() => reference.close())

/** Walked once each: people of a scenario can register on a side once. */
const expected = new Map<string, ReturnType<typeof walk>>()
const walkReference = (scenario: Scenario) => {
  const walked = expected.get(scenario.name) ?? walk(scenario, reference)
  expected.set(scenario.name, walked)
  return walked
}

describe.each([
  ['the auth service by itself', authTarget],
  ['half of the users at auth, names at the monolith', () => facadeTarget({ to: 'canary', share: 50 })],
  [
    'half of the users at auth, names too',
    () => facadeTarget({ to: 'canary', share: 50, claims: 'service' }),
  ],
  ['all of it flipped and rolled back under way', flippingTarget],
])('%s answers as the monolith does', (_, start) => {
  let target: Target
  beforeAll(async () => {
    target = await start()
  })
  afterAll(() => target.close())

  it.each(scenarios)(
    '$name',
    async (scenario) => {
      const [left, right] = await Promise.all([walkReference(scenario), walk(scenario, target)])
      expect(judge(scenario, left, right)).toEqual([])
    },
    60_000,
  )
})
