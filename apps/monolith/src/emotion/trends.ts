import {
  EMOTIONS,
  type Emotion,
  type Period,
  round4,
  type TrendPoint,
  type Trends,
} from '@emotibot/contracts'
import { type Bucket, bucketsOf } from './buckets.ts'

/** Turns of one bucket that sounded alike. `polaritySum` is over the `rated` ones, which have a polarity at all. */
export type Tally = {
  readonly key: string
  readonly emotion: string | null
  readonly count: number
  readonly rated: number
  readonly polaritySum: number
}

/** Two halves whose averages are this near are the same. */
const STEADY_WITHIN = 0.05

export function trendsOf(period: Period, tallies: readonly Tally[], nowMs: number): Trends {
  const buckets = bucketsOf(period, nowMs)
  const byKey = Map.groupBy(tallies, ({ key }) => key)
  const ofBuckets = (some: readonly Bucket[]) => some.flatMap(({ key }) => byKey.get(key) ?? [])
  const middle = buckets.length / 2
  const within = ofBuckets(buckets)
  return {
    period,
    points: buckets.map((bucket) => pointOf(bucket, byKey.get(bucket.key) ?? [])),
    count: sumOf(within, 'count'),
    average_polarity: averageOf(within),
    direction: directionOf(ofBuckets(buckets.slice(0, middle)), ofBuckets(buckets.slice(middle))),
  }
}

function pointOf({ start }: Bucket, tallies: readonly Tally[]): TrendPoint {
  const emotions: Record<Emotion, number> = {
    happy: 0,
    sad: 0,
    angry: 0,
    surprised: 0,
    fearful: 0,
    neutral: 0,
  }
  for (const { emotion, count } of tallies) {
    const label = EMOTIONS.find((known) => known === emotion)
    if (label) emotions[label] += count
  }
  return { start, count: sumOf(tallies, 'count'), average_polarity: averageOf(tallies), emotions }
}

function directionOf(earlier: readonly Tally[], later: readonly Tally[]): Trends['direction'] {
  const before = averageOf(earlier)
  const after = averageOf(later)
  if (before === null || after === null) return 'steady'
  const change = round4(after - before)
  if (change > STEADY_WITHIN) return 'improving'
  return change < -STEADY_WITHIN ? 'worsening' : 'steady'
}

function averageOf(tallies: readonly Tally[]): number | null {
  const rated = sumOf(tallies, 'rated')
  return rated === 0 ? null : round4(sumOf(tallies, 'polaritySum') / rated)
}

function sumOf(tallies: readonly Tally[], field: 'count' | 'rated' | 'polaritySum'): number {
  return tallies.reduce((sum, tally) => sum + tally[field], 0)
}
