import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BUCKETS, bucketOf } from './bucket.ts'

describe('the bucket of a partition', () => {
  it('is the documented one, for good: other processes compute it too', () => {
    const known = { '': 23, alice: 78, bob: 30, émilie: 12, 日本: 35 }
    const found = Object.fromEntries(Object.keys(known).map((name) => [name, bucketOf(name)]))
    expect(found).toEqual(known)
  })

  it('is a whole number from 0 to 99 for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (partition) => {
        const bucket = bucketOf(partition)
        return Number.isInteger(bucket) && bucket >= 0 && bucket < BUCKETS
      }),
    )
  })

  it('never moves anyone back while the share grows', () => {
    const share = fc.integer({ min: 0, max: 100 })
    fc.assert(
      fc.property(fc.string(), share, share, (partition, one, other) => {
        const [smaller, larger] = [Math.min(one, other), Math.max(one, other)]
        const wasOnService = bucketOf(partition) < smaller
        return !wasOnService || bucketOf(partition) < larger
      }),
    )
  })

  it.each([
    ['numbered names', (n: number) => `user${n}`],
    ['numbers alone', (n: number) => String(n)],
    ['long common beginnings', (n: number) => `somebody.with.a.long.name.${n}@example.org`],
  ])('spreads %s evenly', (_kind, name) => {
    const perBucket = 400
    const counts = new Array<number>(BUCKETS).fill(0)
    for (let n = 0; n < perBucket * BUCKETS; n++) {
      const bucket = bucketOf(name(n))
      counts[bucket] = (counts[bucket] ?? 0) + 1
    }
    // Pearson's chi-squared with 99 degrees of freedom: 161 is one in ten thousand.
    const chiSquared = counts.reduce((sum, count) => sum + (count - perBucket) ** 2 / perBucket, 0)
    expect(chiSquared).toBeLessThan(161)
  })
})
