import { describe, expect, it } from 'vitest'
import { suiteCounts } from './suites.ts'

describe('the numbers of a suite', () => {
  it('are read from its last line, in words or as JSON', () => {
    expect(suiteCounts('progress\n12 passed, 1 failed\n', false)).toEqual({
      passed: 12,
      failed: 1,
      skipped: 0,
    })
    expect(suiteCounts('{"passed":40,"failed":0}', true)).toEqual({ passed: 40, failed: 0, skipped: 0 })
  })

  it('are one when the suite says none: it passed, or it failed', () => {
    expect(suiteCounts('{"routes":28}', true)).toEqual({ passed: 1, failed: 0, skipped: 0 })
    expect(suiteCounts('TypeError: x', false)).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })
})
