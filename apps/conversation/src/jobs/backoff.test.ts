import { expect, it } from 'vitest'
import { backoffMs } from './backoff.ts'

it('doubles with every try to half a minute, and never rests less than half of that', () => {
  const longest = [0, 1, 2, 3, 4, 5, 6, 1_000].map((attempts) => backoffMs(attempts, () => 1))
  expect(longest).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  expect(backoffMs(3, () => 0)).toBe(4_000)
})
