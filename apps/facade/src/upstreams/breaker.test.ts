import { describe, expect, it } from 'vitest'
import { Breaker } from './breaker.ts'

function broken() {
  const clock = { nowMs: 0 }
  const breaker = new Breaker(() => clock.nowMs)
  for (let n = 0; n < 5; n++) {
    expect(breaker.tryEnter()).toBe(true)
    breaker.failed()
  }
  return { breaker, clock }
}

describe('a breaker', () => {
  it('stays closed while failures are not in a row', () => {
    const breaker = new Breaker(() => 0)
    for (let n = 0; n < 50; n++) {
      if (n % 5 === 4) breaker.succeeded()
      else breaker.failed()
    }
    expect([breaker.state, breaker.tryEnter()]).toEqual(['closed', true])
  })

  it('opens at the fifth failure in a row, and lets nobody in', () => {
    const { breaker } = broken()
    expect([breaker.state, breaker.tryEnter()]).toEqual(['open', false])
  })

  it('lets one probe in when it was open long enough, and the others once that succeeded', () => {
    const { breaker, clock } = broken()
    clock.nowMs += 3_000
    expect([breaker.state, breaker.tryEnter(), breaker.tryEnter()]).toEqual(['half-open', true, false])
    breaker.succeeded()
    expect([breaker.state, breaker.tryEnter(), breaker.tryEnter()]).toEqual(['closed', true, true])
  })

  it('opens for as long again when the probe fails', () => {
    const { breaker, clock } = broken()
    clock.nowMs += 3_000
    breaker.tryEnter()
    breaker.failed()
    expect([breaker.state, breaker.tryEnter()]).toEqual(['open', false])
    clock.nowMs += 3_000
    expect(breaker.tryEnter()).toBe(true)
  })

  it('forgets failures after which nobody asked for a while', () => {
    const { breaker, clock } = broken()
    clock.nowMs += 6_000
    expect([breaker.state, breaker.tryEnter(), breaker.tryEnter()]).toEqual(['closed', true, true])
    breaker.failed()
    expect(breaker.state).toBe('closed')
  })

  it('keeps who waits for a probe out, however long that takes', () => {
    const { breaker, clock } = broken()
    clock.nowMs += 3_000
    breaker.tryEnter()
    clock.nowMs += 60_000
    expect([breaker.state, breaker.tryEnter()]).toEqual(['half-open', false])
  })

  it('lets another probe in when the client of the first left', () => {
    const { breaker, clock } = broken()
    clock.nowMs += 3_000
    breaker.tryEnter()
    breaker.gaveUp()
    expect(breaker.tryEnter()).toBe(true)
  })
})
