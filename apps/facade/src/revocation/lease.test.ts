import { describe, expect, it } from 'vitest'
import { Lease, type Moment } from './lease.ts'

function createLease() {
  const moment = { steadyMs: 0, wallMs: 1_000_000 }
  const lease = new Lease(100, (): Moment => ({ ...moment }))
  return { moment, lease }
}

describe('a lease', () => {
  it('is not held before it was first renewed', () => {
    expect(createLease().lease.isHeld).toBe(false)
  })

  it('runs from before the question, not from after its answer', () => {
    const { moment, lease } = createLease()
    const asked = lease.read()
    moment.steadyMs += 90
    lease.renew(asked)
    expect(lease.isHeld).toBe(true)
    moment.steadyMs += 10
    expect(lease.isHeld).toBe(false)
  })

  it('is over when the machine slept, though the steady clock did not see it', () => {
    const { moment, lease } = createLease()
    lease.renew(lease.read())
    moment.wallMs += 100
    expect(lease.isHeld).toBe(false)
  })

  it('is not made longer by a clock that is set back', () => {
    const { moment, lease } = createLease()
    lease.renew(lease.read())
    moment.wallMs -= 3_600_000
    moment.steadyMs += 100
    expect(lease.isHeld).toBe(false)
  })

  it('is not shortened by an answer that comes late', () => {
    const { moment, lease } = createLease()
    const early = lease.read()
    moment.steadyMs += 50
    lease.renew(lease.read())
    lease.renew(early)
    moment.steadyMs += 99
    expect(lease.isHeld).toBe(true)
  })
})
