import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Asker, Meter } from './meter.ts'

const user = (id: string): Asker => ({ kind: 'user', id })
const guest = (id: string | null): Asker => ({ kind: 'guest', id })

function createMeter(options: Partial<ConstructorParameters<typeof Meter>[0]> = {}) {
  const clock = { nowMs: Date.parse('2030-01-01T12:00:00Z') }
  const limits = { tokensPerDay: 100, guestTokensPerDay: 250 }
  return { clock, meter: new Meter({ ...limits, now: () => clock.nowMs, ...options }) }
}

test('one user’s day is not another’s, nor a visitor’s of the same id', () => {
  const { meter } = createMeter()
  expect(meter.reserve(user('a'), 100)).not.toBeNull()
  expect(meter.reserve(user('a'), 1)).toBeNull()
  expect(meter.reserve(user('b'), 100)).not.toBeNull()
  expect(meter.reserve(guest('a'), 100)).not.toBeNull()
})

test('what was reserved counts until it is known what it cost, once', () => {
  const { meter } = createMeter()
  const first = meter.reserve(user('a'), 60)
  expect(meter.reserve(user('a'), 60)).toBeNull()
  first?.settle(10)
  first?.settle(0)
  expect(meter.reserve(user('a'), 91)).toBeNull()
  expect(meter.reserve(user('a'), 90)).not.toBeNull()
})

test('visitors who make themselves new share one limit, which users do not', () => {
  const { meter } = createMeter()
  const reserved = Array.from({ length: 5 }, (_, at) => meter.reserve(guest(String(at)), 60))
  expect(reserved.map((one) => one !== null)).toEqual([true, true, true, true, false])
  expect(meter.reserve(guest(null), 11)).toBeNull()
  expect(meter.reserve(guest(null), 10)).not.toBeNull()
  expect(meter.reserve(user('a'), 60)).not.toBeNull()
})

test('midnight (UTC) begins anew, and a reply of yesterday is not charged today', () => {
  const { meter, clock } = createMeter()
  const late = meter.reserve(user('a'), 100)
  clock.nowMs += 12 * 3_600_000
  const today = meter.reserve(user('a'), 90)
  late?.settle(100)
  today?.settle(0)
  expect(meter.reserve(user('a'), 100)).not.toBeNull()
})

test('with all accounts taken, newcomers share one, and nobody’s day begins afresh', () => {
  const { meter } = createMeter({ accountsMax: 2, guestTokensPerDay: 0 })
  meter.reserve(user('a'), 100)
  meter.reserve(user('b'), 0)
  expect(meter.reserve(user('c'), 70)).not.toBeNull()
  expect(meter.reserve(user('d'), 70)).toBeNull()
  expect(meter.reserve(user('a'), 1)).toBeNull()
  expect(meter.reserve(user('b'), 100)).not.toBeNull()
})

test('0 is no limit', () => {
  const { meter } = createMeter({ tokensPerDay: 0, guestTokensPerDay: 0 })
  expect(meter.reserve(user('a'), 1e9)).not.toBeNull()
  expect(meter.reserve(guest('a'), 1e9)).not.toBeNull()
})

test('however replies overlap, nobody is granted more than the day has, by what they cost at most', () => {
  const steps = fc.array(
    fc.record({ most: fc.nat(60), cost: fc.double({ min: 0, max: 1, noNaN: true }), settles: fc.boolean() }),
  )
  fc.assert(
    fc.property(steps, (replies) => {
      const { meter } = createMeter()
      let granted = 0
      for (const { most, cost, settles } of replies) {
        const reservation = meter.reserve(user('a'), most)
        if (!reservation) continue
        const spent = settles ? Math.floor(most * cost) : most
        if (settles) reservation.settle(spent)
        granted += spent
      }
      expect(granted).toBeLessThanOrEqual(100)
    }),
  )
})
