import type { Period } from '@emotibot/contracts'

/** A stretch of time of a trend; `key` is the beginning of every time key within it. */
export type Bucket = { readonly key: string; readonly start: string }

type Shape = { readonly count: number; readonly keyLength: number; startOf(now: Date, back: number): number }

/** A day is 24 hours, a week 7 days, a month 30 days, a year 12 months; all in UTC, the last one being now's. */
const SHAPES: Readonly<Record<Period, Shape>> = {
  day: {
    count: 24,
    keyLength: '2026-01-31T23'.length,
    startOf: (now, back) =>
      Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), now.getUTCHours() - back),
  },
  week: { count: 7, keyLength: '2026-01-31'.length, startOf: startOfDay },
  month: { count: 30, keyLength: '2026-01-31'.length, startOf: startOfDay },
  year: {
    count: 12,
    keyLength: '2026-01'.length,
    startOf: (now, back) => Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1),
  },
}

function startOfDay(now: Date, back: number): number {
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() - back)
}

/** The buckets of a period that ends now, oldest first. */
export function bucketsOf(period: Period, nowMs: number): Bucket[] {
  const { count, keyLength, startOf } = SHAPES[period]
  return Array.from({ length: count }, (_, at) => {
    const start = new Date(startOf(new Date(nowMs), count - 1 - at)).toISOString()
    return { key: start.slice(0, keyLength), start }
  })
}
