import { expect, test } from 'vitest'
import { figureOf, median, ratio } from './figure.ts'

test('the median is the middle value, or the mean of the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(() => median([])).toThrow('a round was lost')
})

test('a ratio is taken round by round, so that a slow round does not tilt it', () => {
  const ours = figureOf([200, 20, 200])
  const peer = figureOf([100, 10, 100])
  expect(ratio(ours, peer)).toBe(2)
})

test('figures keep no more digits than they mean', () => {
  expect(figureOf([12_345.678]).median).toBe(12_346)
  expect(figureOf([1.23456]).median).toBe(1.23)
})
