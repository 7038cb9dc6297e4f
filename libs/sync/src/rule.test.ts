import { bucketOf } from '@emotibot/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeFence } from './authority.ts'
import { isWithin, OWNS_ALL, OWNS_NONE, owns, type Rule } from './rule.ts'

const name = fc.constantFrom('anna', 'bob', 'émilie', 'zoë', 'x')
const rule: fc.Arbitrary<Rule> = fc.record({
  low: fc.integer({ min: 0, max: 100 }),
  high: fc.integer({ min: 0, max: 100 }),
  allow: fc.array(name, { maxLength: 2 }),
  deny: fc.array(name, { maxLength: 2 }),
})

describe('a rule', () => {
  it('owns by bucket, by name beyond it, and never what it denies', () => {
    const bucket = bucketOf('anna')
    const around: Rule = { low: bucket, high: bucket + 1, allow: [], deny: [] }
    expect(owns(around, 'anna')).toBe(true)
    expect(owns({ ...around, low: bucket + 1 }, 'anna')).toBe(false)
    expect(owns({ ...OWNS_NONE, allow: ['anna'] }, 'anna')).toBe(true)
    expect(owns({ ...OWNS_ALL, allow: ['anna'], deny: ['anna'] }, 'anna')).toBe(false)
  })

  it('within another owns nothing that the other does not', () => {
    fc.assert(
      fc.property(rule, rule, fc.oneof(name, fc.string()), (inner, outer, partition) => {
        fc.pre(isWithin(inner, outer))
        return !owns(inner, partition) || owns(outer, partition)
      }),
    )
  })

  it('is within itself and everything, and nothing is within it', () => {
    fc.assert(
      fc.property(rule, (one) => isWithin(one, one) && isWithin(one, OWNS_ALL) && isWithin(OWNS_NONE, one)),
    )
  })
})

describe('a fence', () => {
  const row = {
    group: 'auth',
    epoch: 4,
    rule: { low: 0, high: 50, allow: [], deny: [] },
    before: null,
    flip: null,
  } as const

  it('gives up only what is owned, and opens only by adding', () => {
    const step = { fromEpoch: 4, epoch: 5 }
    expect(judgeFence(row, { kind: 'giveUp', ...step, rule: OWNS_ALL })).toMatchObject({ verdict: 'refuse' })
    expect(judgeFence(row, { kind: 'open', ...step, rule: OWNS_NONE })).toMatchObject({ verdict: 'refuse' })
    expect(judgeFence(row, { kind: 'giveUp', ...step, rule: OWNS_NONE })).toMatchObject({ verdict: 'take' })
    expect(judgeFence(row, { kind: 'open', ...step, rule: OWNS_ALL })).toMatchObject({ verdict: 'take' })
  })

  it('closes by an epoch alone, which voids every older wish', () => {
    const closed = judgeFence(row, { kind: 'close', fromEpoch: 4, epoch: 9 })
    expect(closed).toEqual({ verdict: 'take', next: { ...row, epoch: 9 } })
    const late = { kind: 'open', fromEpoch: 4, epoch: 5, rule: OWNS_ALL } as const
    expect(judgeFence({ ...row, epoch: 9 }, late)).toMatchObject({ verdict: 'refuse' })
  })

  it('never lets an epoch stay or fall', () => {
    const kinds = fc.constantFrom('giveUp' as const, 'open' as const)
    fc.assert(
      fc.property(kinds, rule, fc.nat(9), fc.nat(9), fc.nat(9), (kind, next, epoch, fromEpoch, wanted) => {
        const judged = judgeFence({ ...row, epoch }, { kind, fromEpoch, epoch: wanted, rule: next })
        return judged.verdict !== 'take' || judged.next.epoch > epoch
      }),
    )
  })
})
