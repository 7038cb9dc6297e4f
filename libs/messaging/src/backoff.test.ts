import { expect, it } from 'vitest'
import { backoffMs } from './backoff.ts'

it('waits longer and longer, never more than five seconds', () => {
  expect([1, 2, 3, 8, 1_000].map((faults) => backoffMs(faults, () => 1))).toEqual([
    50, 100, 200, 5_000, 5_000,
  ])
})

it('spreads what many try again over half of the time', () => {
  expect([0, 0.5, 1].map((random) => backoffMs(2, () => random))).toEqual([50, 75, 100])
})
