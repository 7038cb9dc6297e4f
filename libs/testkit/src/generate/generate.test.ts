import { movableRoutes } from '@emotibot/contracts'
import { createCheck } from '@emotibot/service-kit'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canVary, sampleRequests } from './request-of.ts'
import { valueFor } from './value-for.ts'

const bodies = movableRoutes.flatMap((route) =>
  route.body ? [{ key: route.key, route, body: route.body }] : [],
)

it.each(bodies)('makes bodies of $key that its schema takes', ({ body }) => {
  const check = createCheck(body)
  fc.assert(
    fc.property(valueFor(body), (value) => check(value)),
    { numRuns: 50 },
  )
})

it.each(bodies)('makes bodies of $key that its schema refuses, too', ({ route, body }) => {
  const check = createCheck(body)
  const texts = sampleRequests(route, 1, 60).map((request) => request.body ?? '')
  const verdicts = texts.map((text) => isGood(text, check))
  expect(new Set(verdicts)).toEqual(new Set([true, false]))
})

it('makes the same requests from the same seed', () => {
  for (const route of movableRoutes.filter(canVary))
    expect(sampleRequests(route, 42, 10)).toEqual(sampleRequests(route, 42, 10))
})

function isGood(text: string, check: (value: unknown) => boolean): boolean {
  try {
    return check(JSON.parse(text))
  } catch {
    return false
  }
}
