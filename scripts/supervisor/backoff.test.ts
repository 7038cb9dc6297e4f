import { describe, expect, it } from 'vitest'
import { countCrash, restartDelayMs } from './backoff.ts'

describe('the wait before a restart', () => {
  it('is short at first, doubles, and is bounded', () => {
    expect([1, 2, 3].map(restartDelayMs)).toEqual([250, 500, 1_000])
    expect(restartDelayMs(50)).toBe(15_000)
  })

  it('grows with crashes in a row, and starts over after a steady time', () => {
    expect(countCrash(3, 1_000)).toBe(4)
    expect(countCrash(3, 60_000)).toBe(1)
  })
})
