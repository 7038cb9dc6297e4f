import { expect, test } from 'vitest'
import { createFrameAllowance } from './frame-allowance.ts'

test('a burst is allowed, then one frame for every part of a second', () => {
  const { take } = createFrameAllowance(3, 2)
  expect([0, 0, 0, 0].map((nowMs) => take(nowMs))).toEqual([true, true, true, false])
  expect([400, 500, 600].map((nowMs) => take(nowMs))).toEqual([false, true, false])
})

test('a long silence saves up no more than a burst', () => {
  const { take } = createFrameAllowance(2, 10)
  take(0)
  expect([60_000, 60_000, 60_000].map((nowMs) => take(nowMs))).toEqual([true, true, false])
})

test('without a refill the burst is all there is', () => {
  const { take } = createFrameAllowance(1, 0)
  expect([0, 1_000_000].map((nowMs) => take(nowMs))).toEqual([true, false])
})
