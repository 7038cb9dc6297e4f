import { expect, it } from 'vitest'
import { quantile } from './quantile.ts'

const hundred = Array.from({ length: 100 }, (_, at) => 100 - at)

it.each([
  [0.5, 50],
  [0.99, 99],
  [1, 100],
  [0, 1],
])('the quantile %s of 1 to 100, in any order, is %s', (share, value) => {
  expect(quantile(hundred, share)).toBe(value)
})

it('is the worst where there are few', () => {
  expect(quantile([3, 1], 0.99)).toBe(3)
})

it('is refused where nothing was measured', () => {
  expect(() => quantile([], 0.99)).toThrow('nothing was measured')
})
