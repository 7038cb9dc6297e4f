import { expect, test } from 'vitest'
import { cutPeriod } from './buckets.ts'

const NOW_MS = Date.UTC(2026, 2, 1, 10, 30)

test.each([
  ['day', 24, '2026-02-28T11:00:00.000Z', '2026-03-01T10:00:00.000Z', '2026-03-01T10'],
  ['week', 7, '2026-02-23T00:00:00.000Z', '2026-03-01T00:00:00.000Z', '2026-03-01'],
  ['month', 30, '2026-01-31T00:00:00.000Z', '2026-03-01T00:00:00.000Z', '2026-03-01'],
  ['year', 12, '2025-04-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z', '2026-03'],
] as const)('a %s has %i buckets, from %s to %s', (period, count, first, last, prefix) => {
  const buckets = cutPeriod(period, NOW_MS)
  expect(buckets).toHaveLength(count)
  expect(buckets[0]?.start).toBe(first)
  expect(buckets.at(-1)).toEqual({ start: last, prefix })
})

test('no bucket is left out or doubled where months and years end', () => {
  for (const nowMs of [Date.UTC(2024, 1, 29, 23, 59), Date.UTC(2026, 0, 1), Date.UTC(2026, 11, 31, 12)]) {
    for (const period of ['day', 'week', 'month', 'year'] as const) {
      const prefixes = cutPeriod(period, nowMs).map(({ prefix }) => prefix)
      expect(new Set(prefixes).size).toBe(prefixes.length)
      expect(prefixes).toEqual([...prefixes].sort())
    }
  }
})
