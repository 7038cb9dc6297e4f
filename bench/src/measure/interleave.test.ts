import { expect, test } from 'vitest'
import { interleave } from './interleave.ts'

test('everybody is measured once a round, in a shifting order, and the warm-up does not count', async () => {
  const order: string[] = []
  const contender = (name: string) => ({
    name,
    measure: async () => order.push(name),
  })
  const figures = await interleave(['a', 'b', 'c'].map(contender), 2)
  expect(order.join('')).toBe('abcbcacab')
  expect(figures['a']?.rounds).toEqual([6, 8])
})

test('a contender that fails fails the benchmark', async () => {
  const broken = { name: 'broken', measure: () => Promise.reject(new Error('no answer')) }
  await expect(interleave([broken], 1)).rejects.toThrow('no answer')
})
