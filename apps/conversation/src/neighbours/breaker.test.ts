import { expect, it } from 'vitest'
import { Breaker, type CallEnd } from './breaker.ts'

function startBreaker() {
  let nowMs = 0
  const breaker = new Breaker(() => nowMs)
  /** Whether a call went; it ended like this. */
  const call = (end: CallEnd): boolean => {
    const tell = breaker.tryEnter()
    tell?.(end)
    return tell !== null
  }
  return { breaker, call, pass: (ms: number) => (nowMs += ms) }
}

it('lets nobody through after a failure, until its rest is over', () => {
  const { call, pass } = startBreaker()
  expect([call('succeeded'), call('failed'), call('succeeded')]).toEqual([true, true, false])
  pass(999)
  expect(call('succeeded')).toBe(false)
  pass(1)
  expect([call('succeeded'), call('succeeded')]).toEqual([true, true])
})

it('lets one probe through at a time', () => {
  const { breaker, call, pass } = startBreaker()
  call('failed')
  pass(1_000)
  const tell = breaker.tryEnter()
  expect(call('succeeded')).toBe(false)
  tell?.('unknown')
  expect(call('succeeded')).toBe(true)
})

it('rests twice as long after each probe in vain, to eight seconds, and is as new after a good one', () => {
  const { call, pass } = startBreaker()
  call('failed')
  for (const restMs of [1_000, 2_000, 4_000, 8_000, 8_000]) {
    pass(restMs - 1)
    expect(call('failed')).toBe(false)
    pass(1)
    expect(call('failed')).toBe(true)
  }
  pass(8_000)
  expect([call('succeeded'), call('failed'), call('failed')]).toEqual([true, true, false])
  pass(1_000)
  expect(call('succeeded')).toBe(true)
})

it('is opened once by calls that failed together, and not closed by one that went before', () => {
  const { breaker, call, pass } = startBreaker()
  const [first, second, third] = [breaker.tryEnter(), breaker.tryEnter(), breaker.tryEnter()]
  first?.('failed')
  second?.('failed')
  third?.('succeeded')
  expect(call('succeeded')).toBe(false)
  pass(1_000)
  expect(call('succeeded')).toBe(true)
})
