import { describe, expect, it } from 'vitest'
import { countsOf, lastLine, NONE, sum } from './counts.ts'

const report = (success: boolean, numPassedTests: number, numFailedTests: number) =>
  JSON.stringify({ success, numPassedTests, numFailedTests, numPendingTests: 1, numTodoTests: 1 })

describe('test counts', () => {
  it('are read from a report, with everything that did not run as skipped', () => {
    expect(countsOf(report(true, 5, 0))).toEqual({ passed: 5, failed: 0, skipped: 2 })
  })

  it('hold a failure when the run was not successful, also when no test failed or no report was left', () => {
    expect(countsOf(report(false, 5, 0)).failed).toBe(1)
    expect(countsOf(report(false, 5, 3)).failed).toBe(3)
    expect(countsOf(undefined).failed).toBe(1)
  })

  it('add up over packages to the line that scripts read', () => {
    const total = sum([{ passed: 2, failed: 0, skipped: 1 }, { passed: 3, failed: 1, skipped: 0 }, NONE])
    expect(lastLine(total)).toBe('5 passed, 1 failed, 1 skipped')
  })
})
