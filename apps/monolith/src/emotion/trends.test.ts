import { expect, test } from 'vitest'
import { bucketsOf } from './buckets.ts'
import { trendsOf } from './trends.ts'

const NOW_MS = Date.UTC(2026, 2, 1, 10, 30)
const tally = { key: '2026-03-01', emotion: 'happy', count: 1, rated: 1, polaritySum: 0.5 }

test.each([
  ['day', 24, '2026-02-28T11:00:00.000Z', '2026-03-01T10:00:00.000Z'],
  ['week', 7, '2026-02-23T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
  ['month', 30, '2026-01-31T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
  ['year', 12, '2025-04-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
] as const)('a %s has %i points from %s to %s', (period, count, first, last) => {
  const buckets = bucketsOf(period, NOW_MS)
  expect(buckets).toHaveLength(count)
  expect([buckets[0]?.start, buckets.at(-1)?.start]).toEqual([first, last])
})

test('without turns all is zero, null and steady', () => {
  const trends = trendsOf('week', [], NOW_MS)
  expect(trends).toMatchObject({ count: 0, average_polarity: null, direction: 'steady' })
  expect(trends.points.every(({ average_polarity }) => average_polarity === null)).toBe(true)
})

test('averages count turns, not labels, and are rounded to four decimals', () => {
  const tallies = [tally, { ...tally, emotion: 'sad', count: 2, rated: 2, polaritySum: -1 / 3 }]
  const last = trendsOf('week', tallies, NOW_MS).points.at(-1)
  expect(last).toMatchObject({ count: 3, average_polarity: 0.0556, emotions: { happy: 1, sad: 2 } })
})

test('a label nobody knows counts as a turn and as no emotion', () => {
  const { points, count } = trendsOf('week', [{ ...tally, emotion: 'joy', rated: 0, polaritySum: 0 }], NOW_MS)
  expect(count).toBe(1)
  expect(points.at(-1)).toMatchObject({
    average_polarity: null,
    emotions: { happy: 0, sad: 0, angry: 0, surprised: 0, fearful: 0, neutral: 0 },
  })
})

test.each([
  [0.1, 0.5, 'improving'],
  [0.5, 0.1, 'worsening'],
  [0.5, 0.54, 'steady'],
  [0.5, 0.55, 'steady'],
] as const)('from %d to %d is %s', (before, after, direction) => {
  const tallies = [
    { ...tally, key: '2026-02-23', polaritySum: before },
    { ...tally, polaritySum: after },
  ]
  expect(trendsOf('week', tallies, NOW_MS).direction).toBe(direction)
})
