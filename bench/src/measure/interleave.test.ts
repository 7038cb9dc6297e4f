import { expect, test } from 'vitest'
import { interleave } from './interleave.ts'

const { signal } = new AbortController()

test('everybody is measured once a round, in a shifting order, and the warm-up does not count', async () => {
  const order: string[] = []
  const contender = (name: string) => ({
    name,
    measure: async () => order.push(name),
  })
  const figures = await interleave(['a', 'b', 'c'].map(contender), { rounds: 2, signal })
  expect(order.join('')).toBe('abcbcacab')
  expect(figures['a']?.rounds).toEqual([6, 8])
})

test('a contender that fails fails the benchmark', async () => {
  const broken = { name: 'broken', measure: () => Promise.reject(new Error('no answer')) }
  await expect(interleave([broken], { rounds: 1, signal })).rejects.toThrow('no answer')
})

test('nobody is measured any more once it is stopped', async () => {
  const stop = new AbortController()
  let measured = 0
  const stopping = {
    name: 'stopping',
    measure: async () => {
      stop.abort()
      return ++measured
    },
  }
  await expect(interleave([stopping], { rounds: 3, signal: stop.signal })).rejects.toThrow('aborted')
  expect(measured).toBe(1)
})
