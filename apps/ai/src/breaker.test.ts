import { expect, test } from 'vitest'
import { Breaker, FAILURES_TO_OPEN, OPEN_FOR_MS } from './breaker.ts'

function broken() {
  const clock = { nowMs: 0 }
  const breaker = new Breaker(() => clock.nowMs)
  for (let n = 0; n < FAILURES_TO_OPEN; n++) breaker.tryEnter()?.('failed')
  return { breaker, clock }
}

test('stays closed while failures are not in a row', () => {
  const breaker = new Breaker(() => 0)
  for (let n = 0; n < 50; n++)
    breaker.tryEnter()?.(n % FAILURES_TO_OPEN === FAILURES_TO_OPEN - 1 ? 'succeeded' : 'failed')
  expect(breaker.state).toBe('closed')
})

test('opens after failures in a row, and lets nobody in', () => {
  const { breaker } = broken()
  expect([breaker.state, breaker.tryEnter()]).toEqual(['open', null])
})

test('lets one probe in when it was open long enough, and all once that succeeded', () => {
  const { breaker, clock } = broken()
  clock.nowMs += OPEN_FOR_MS
  const tell = breaker.tryEnter()
  expect([breaker.state, breaker.tryEnter()]).toEqual(['half-open', null])
  tell?.('succeeded')
  expect(breaker.state).toBe('closed')
})

test('opens for as long again when the probe fails, and lets another in when nobody waited for its end', () => {
  const { breaker, clock } = broken()
  clock.nowMs += OPEN_FOR_MS
  breaker.tryEnter()?.('failed')
  expect(breaker.state).toBe('open')
  clock.nowMs += OPEN_FOR_MS
  breaker.tryEnter()?.('unknown')
  expect(breaker.tryEnter()).not.toBeNull()
})

test('is not healed, nor kept open, by a call that began before it opened', () => {
  const clock = { nowMs: 0 }
  const breaker = new Breaker(() => clock.nowMs)
  const [late, later] = [breaker.tryEnter(), breaker.tryEnter()]
  for (let n = 0; n < FAILURES_TO_OPEN; n++) breaker.tryEnter()?.('failed')
  late?.('succeeded')
  expect(breaker.state).toBe('open')
  clock.nowMs += OPEN_FOR_MS
  later?.('failed')
  expect(breaker.state).toBe('half-open')
})
