import { expect, it } from 'vitest'
import { nextLimit } from './step-size.ts'
import { afterStep, FRESH_THROTTLE } from './throttle.ts'

it('halves a step that took too long, and lets a quick one grow', () => {
  expect(nextLimit(100, { tookMs: 9, budgetMs: 4 })).toBe(50)
  expect(nextLimit(100, { tookMs: 3, budgetMs: 4 })).toBe(100)
  expect(nextLimit(100, { tookMs: 1.5, budgetMs: 4 })).toBe(125)
  expect(nextLimit(100, { tookMs: 0.5, budgetMs: 4 })).toBe(200)
})

it('keeps a step between one and two thousand', () => {
  expect(nextLimit(1, { tookMs: 9, budgetMs: 4 })).toBe(1)
  expect(nextLimit(1, { tookMs: 0, budgetMs: 4 })).toBe(2)
  expect(nextLimit(1_500, { tookMs: 0, budgetMs: 4 })).toBe(2_000)
})

it('rests longer than it works, and much longer when the source has become slow', () => {
  const calm = afterStep(FRESH_THROTTLE, { tookMs: 10, rows: 100 })
  expect(calm.restMs).toBe(30)
  expect(afterStep(calm, { tookMs: 12, rows: 100 }).restMs).toBe(36)
  expect(afterStep(calm, { tookMs: 50, rows: 100 }).restMs).toBe(600)
  expect(afterStep(calm, { tookMs: 60_000, rows: 100 }).restMs).toBe(2_000)
})
