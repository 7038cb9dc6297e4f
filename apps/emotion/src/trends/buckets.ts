import type { Period } from '@emotibot/contracts'

/** A stretch of time. Time keys that begin with `prefix` are within it. */
export type Bucket = { readonly start: string; readonly prefix: string }

type Unit = 'hour' | 'day' | 'month'

/** In UTC, and the last bucket is the one that is not over yet. */
const CUTS: Readonly<Record<Period, { readonly unit: Unit; readonly buckets: number }>> = {
  day: { unit: 'hour', buckets: 24 },
  week: { unit: 'day', buckets: 7 },
  month: { unit: 'day', buckets: 30 },
  year: { unit: 'month', buckets: 12 },
}

const PREFIX_LENGTHS: Readonly<Record<Unit, number>> = { hour: 13, day: 10, month: 7 }

/** The buckets of a period that ends now, oldest first. */
export function cutPeriod(period: Period, nowMs: number): Bucket[] {
  const { unit, buckets } = CUTS[period]
  const bucketBefore = (back: number): Bucket => {
    const start = startOf(unit, new Date(nowMs), back).toISOString()
    return { start, prefix: start.slice(0, PREFIX_LENGTHS[unit]) }
  }
  return Array.from({ length: buckets }, (_, at) => bucketBefore(buckets - 1 - at))
}

/** The beginning of the unit so many units before now's. `Date.UTC` carries what is below zero over. */
function startOf(unit: Unit, now: Date, back: number): Date {
  const [year, month, day, hour] = [
    now.getUTCFullYear(),
    now.getUTCMonth(),
    now.getUTCDate(),
    now.getUTCHours(),
  ]
  if (unit === 'month') return new Date(Date.UTC(year, month - back))
  return new Date(
    unit === 'day' ? Date.UTC(year, month, day - back) : Date.UTC(year, month, day, hour - back),
  )
}
