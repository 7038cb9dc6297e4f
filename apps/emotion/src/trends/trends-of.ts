import {
  EMOTIONS,
  type Emotion,
  type Period,
  round4,
  type TrendPoint,
  type Trends,
} from '@emotibot/contracts'
import type { Bucket } from './buckets.ts'
import type { Tally } from './read-tallies.ts'

/** Halves of a period whose averages differ by no more are alike. */
const STEADY_WITHIN = 0.05

/** `rated` turns have a polarity; `polarity` is the sum of theirs. */
class Sum {
  count = 0
  rated = 0
  polarity = 0

  add(tally: Tally): void {
    this.count += tally.count
    this.rated += tally.rated
    this.polarity += tally.polarity
  }

  get average(): number | null {
    return this.rated === 0 ? null : round4(this.polarity / this.rated)
  }
}

/** Trends are made of tallies in the order of their buckets, for sums of fractions depend on their order. */
export function trendsOf(period: Period, buckets: readonly Bucket[], tallies: readonly Tally[]): Trends {
  const [whole, earlier, later] = [new Sum(), new Sum(), new Sum()]
  const byBucket = Map.groupBy(tallies, ({ prefix }) => prefix)
  // Of seven days the middle one is a later one.
  const middle = Math.floor(buckets.length / 2)
  const points = buckets.map(({ prefix, start }, at) => {
    const own = byBucket.get(prefix) ?? []
    const half = at < middle ? earlier : later
    for (const tally of own) for (const sum of [whole, half]) sum.add(tally)
    return pointOf(start, own)
  })
  return {
    period,
    points,
    count: whole.count,
    average_polarity: whole.average,
    direction: directionOf(earlier.average, later.average),
  }
}

function pointOf(start: string, tallies: readonly Tally[]): TrendPoint {
  const sum = new Sum()
  const emotions = Object.fromEntries(EMOTIONS.map((label) => [label, 0])) as Record<Emotion, number>
  for (const tally of tallies) {
    sum.add(tally)
    if (isEmotion(tally.emotion)) emotions[tally.emotion] += tally.count
  }
  return { start, count: sum.count, average_polarity: sum.average, emotions }
}

const isEmotion = (label: string | null): label is Emotion => EMOTIONS.some((known) => known === label)

function directionOf(before: number | null, after: number | null): Trends['direction'] {
  if (before === null || after === null) return 'steady'
  const change = round4(after - before)
  if (Math.abs(change) <= STEADY_WITHIN) return 'steady'
  return change > 0 ? 'improving' : 'worsening'
}
