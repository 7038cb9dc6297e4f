import { describe, expect, it } from 'vitest'
import { HeldSids } from './held-sids.ts'

describe('what is held in memory', () => {
  it('is forgotten once past its time, and not before', () => {
    const held = new HeldSids()
    held.add('a', 10_000)
    held.add('b', 20_000)
    held.forgetPast(9_999)
    expect([held.has('a'), held.has('b')]).toEqual([true, true])
    held.forgetPast(10_000)
    expect([held.has('a'), held.has('b'), held.size]).toEqual([false, true, 1])
  })

  it('says once what is new', () => {
    const held = new HeldSids()
    expect([held.add('a', 1_000), held.add('a', 1_000)]).toEqual([true, false])
  })

  it('never grows past its bound, and says that it is not whole until what it left out is past its time', () => {
    const held = new HeldSids(1_000)
    for (let n = 0; n < 1_000; n++) held.add(`s${n}`, 5_000)
    expect(held.isWhole(0)).toBe(true)
    for (let n = 1_000; n < 3_000; n++) held.add(`s${n}`, 9_000)
    expect(held.size).toBe(1_000)
    expect([held.has('s0'), held.has('s2999')]).toEqual([false, true])
    expect([held.isWhole(8_999), held.isWhole(9_000)]).toEqual([false, true])
  })
})
