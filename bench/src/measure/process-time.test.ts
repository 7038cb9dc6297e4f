import { expect, test } from 'vitest'
import { cpuSeconds, ticksOf, ticksWithEndedChildren } from './process-time.ts'

test('user and kernel time are read past a name with brackets and spaces', () => {
  const stat = '7 (a (b) c) S 1 7 7 0 -1 4194304 100 0 0 0 250 50 4 3 20 0 11 0 100'
  expect(ticksOf(stat)).toBe(300)
  expect(ticksWithEndedChildren(stat)).toBe(307)
})

test('work shows as CPU time of the process that did it', () => {
  const before = cpuSeconds(process.pid)
  const start = process.cpuUsage()
  while (process.cpuUsage(start).user < 200_000);
  expect(cpuSeconds(process.pid) - before).toBeGreaterThan(0.15)
})
