import { expect, test } from 'vitest'
import { cutPeriod } from './buckets.ts'
import type { Tally } from './read-tallies.ts'
import { trendsOf } from './trends-of.ts'

const NOW_MS = Date.UTC(2026, 2, 1, 10, 30)
const tally: Tally = { prefix: '2026-03-01', emotion: 'happy', count: 1, rated: 1, polarity: 0.5 }
const weekOf = (tallies: readonly Tally[]) => trendsOf('week', cutPeriod('week', NOW_MS), tallies)

test('without turns all is zero, null and steady', () => {
  const trends = weekOf([])
  expect(trends).toMatchObject({ period: 'week', count: 0, average_polarity: null, direction: 'steady' })
  expect(trends.points).toHaveLength(7)
  expect(trends.points.every(({ average_polarity }) => average_polarity === null)).toBe(true)
})

test('averages are of turns, not of labels, and have four decimals', () => {
  const sad: Tally = { ...tally, emotion: 'sad', count: 2, rated: 2, polarity: -1 / 3 }
  expect(weekOf([tally, sad]).points.at(-1)).toMatchObject({
    count: 3,
    average_polarity: 0.0556,
    emotions: { happy: 1, sad: 2 },
  })
})

test.each(['joy', null, ''])('the label %j counts as a turn and as no emotion', (emotion) => {
  const { points, count } = weekOf([{ ...tally, emotion, rated: 0, polarity: 0 }])
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
  [0.55, 0.5, 'steady'],
] as const)('from %d to %d is %s', (before, after, direction) => {
  const earlier: Tally = { ...tally, prefix: '2026-02-23', polarity: before }
  expect(weekOf([earlier, { ...tally, polarity: after }]).direction).toBe(direction)
})

test('of the seven days of a week the middle one is of the later half', () => {
  const dayOf = (prefix: string, polarity: number): Tally => ({ ...tally, prefix, polarity })
  const middle = dayOf('2026-02-26', 0.9)
  expect(weekOf([dayOf('2026-02-25', 0.1), middle]).direction).toBe('improving')
  expect(weekOf([middle, dayOf('2026-02-27', 0.1)]).direction).toBe('steady')
})
