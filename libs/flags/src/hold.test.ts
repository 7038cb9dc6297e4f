import { bucketOf } from '@emotibot/contracts'
import { describe, expect, it } from 'vitest'
import { type Hold, holdOf, readHolds } from './hold.ts'

const hold = (own: Partial<Hold> = {}): Hold => ({
  flip: 'f7',
  routes: ['auth.login', 'auth.delete'],
  low: 20,
  high: 60,
  budgetMs: 5_000,
  ...own,
})

const partitionOfBucket = (wanted: number): string => {
  for (let n = 0; ; n++) if (bucketOf(`user${n}`) === wanted) return `user${n}`
}

describe('a hold', () => {
  it.each([
    [19, false],
    [20, true],
    [59, true],
    [60, false],
  ])('of buckets 20 to 60 has bucket %i: %s', (bucket, isHeld) => {
    const held = holdOf({ holds: [hold()] }, 'auth.login', partitionOfBucket(bucket))
    expect(held).toEqual(isHeld ? hold() : null)
  })

  it('is of its routes only, and of each by its own buckets', () => {
    const claims = hold({ routes: ['auth.register'], low: 0, high: 100 })
    const partition = partitionOfBucket(90)
    const held = { holds: [hold(), claims] }
    expect(holdOf(held, 'auth.register', partition)).toEqual(claims)
    expect(holdOf(held, 'auth.delete', partition)).toBeNull()
    expect(holdOf(held, 'emotion.analyze', partition)).toBeNull()
    expect(holdOf({ holds: [] }, 'auth.login', partition)).toBeNull()
  })

  it.each([
    [7, 'not a list'],
    [[7], 'not an object'],
    [[{ ...hold(), flip: null }], 'names no flip'],
    [[{ ...hold(), routes: 'auth.login' }], 'not a list of keys'],
    [[{ ...hold(), high: -1 }], 'buckets that f7 holds'],
    [[{ ...hold(), budgetMs: 0.5 }], 'budget of f7'],
  ])('is refused when damaged: %j', (value, said) => {
    expect(() => readHolds(value)).toThrow(said)
  })
})
