import { expect, test } from 'vitest'
import { createGate } from './gate.ts'

const refuse = () => new Error('no place')

function work() {
  const { promise, resolve } = Promise.withResolvers<string>()
  const state = { isBegun: false }
  const run = () => {
    state.isBegun = true
    return promise
  }
  return { run, state, finish: () => resolve('done') }
}

test('lets as many in as fit, and the next when one leaves', async () => {
  const gate = createGate({ refuse, atOnce: 1, waitingMax: 1 })
  const [first, second] = [work(), work()]
  const answers = [gate.run(first.run), gate.run(second.run)]
  expect(second.state.isBegun).toBe(false)
  first.finish()
  await answers[0]
  second.finish()
  expect(await Promise.all(answers)).toEqual(['done', 'done'])
})

test('refuses whoever finds no place to wait', async () => {
  const gate = createGate({ refuse, atOnce: 1, waitingMax: 0 })
  const first = work()
  const running = gate.run(first.run)
  await expect(gate.run(work().run)).rejects.toThrow('no place')
  first.finish()
  await running
})

test('work that fails gives its place back', async () => {
  const gate = createGate({ refuse, atOnce: 1, waitingMax: 0 })
  await expect(gate.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await gate.run(async () => 'next')).toBe('next')
})
