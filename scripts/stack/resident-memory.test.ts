import { expect, it } from 'vitest'
import { residentBytes, treeOf } from './resident-memory.ts'

it('a process tree is the process and everything below it', () => {
  const parents = new Map([
    [2, 1],
    [3, 2],
    [4, 3],
    [5, 1],
  ])
  expect(treeOf(2, parents)).toEqual([2, 3, 4])
})

it.runIf(process.platform === 'linux')('this very process has memory', () => {
  expect(residentBytes(process.pid)).toBeGreaterThan(10_000_000)
})
