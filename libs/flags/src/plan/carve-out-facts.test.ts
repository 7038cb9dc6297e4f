import type { CarveOutStatus } from '@emotibot/contracts'
import { expect, it } from 'vitest'
import { carveOutFacts } from './carve-out-facts.ts'

const NO_FLIPS = { underWay: null, waitsMs: new Map() }

const feed: CarveOutStatus['feeds'][number] = {
  from: 'monolith',
  to: 'service',
  state: 'running',
  reason: null,
  behind: { entries: 3, ms: 12 },
  set_aside: [],
  conflicts: 0,
}
const status: CarveOutStatus = {
  domain: 'auth',
  state: 'moving',
  reason: null,
  feeds: [feed],
  backfill: [{ entity: 'user', done: 2, total: 2, is_finished: true }],
}

const factsOf = (own: Partial<CarveOutStatus>) =>
  carveOutFacts({ isUp: true, carveOuts: [{ ...status, ...own }] }, NO_FLIPS).get('auth')

it('what the mover and the ledger say of a domain is put together', () => {
  const flips = { underWay: 'f3', waitsMs: new Map([['auth', [40, 60]]]) }
  expect(carveOutFacts({ isUp: true, carveOuts: [{ ...status, users: 9 }] }, flips).get('auth')).toEqual({
    isReachable: true,
    reason: null,
    state: 'moving',
    feeds: [
      {
        ...{ from: 'monolith', to: 'service', state: 'running', reason: null },
        ...{ behindMs: 12, behindEntries: 3, setAside: 0, conflicts: 0 },
      },
    ],
    isBackfilled: true,
    users: 9,
    flipUnderWay: 'f3',
    earlierWaitsMs: [40, 60],
  })
})

it('the users are those of auth, whatever the first rows of a domain are; not known where the mover has none of auth', () => {
  const conversation = { ...status, domain: 'conversation', users: 700 }
  const usersIn = (...carveOuts: CarveOutStatus[]) =>
    carveOutFacts({ isUp: true, carveOuts }, NO_FLIPS).get('conversation')?.users
  expect(usersIn({ ...status, users: 9 }, conversation)).toBe(9)
  expect(usersIn(conversation)).toBe(null)
})

it('a mover that is away is not reachable, and one that has no database of the domain does not know it', () => {
  const away = carveOutFacts({ isUp: false, reason: 'nothing listens there' }, NO_FLIPS)
  expect(away.get('auth')).toMatchObject({ isReachable: false, reason: 'nothing listens there' })
  const other = carveOutFacts({ isUp: true, carveOuts: [] }, NO_FLIPS)
  expect(other.get('auth')).toMatchObject({ isReachable: true, state: 'unknown', feeds: [] })
})

it('a copy is finished when the mover says so, or each of its parts is', () => {
  const half = { entity: 'session', done: 1, total: 2, is_finished: false }
  expect(factsOf({ backfill: [...status.backfill, half] })).toMatchObject({ isBackfilled: false })
  expect(factsOf({ backfill: [] })).toMatchObject({ isBackfilled: false })
  expect(factsOf({ is_backfilled: false })).toMatchObject({ isBackfilled: false })
})

it('what a store that is away would say is not known', () => {
  const facts = factsOf({ feeds: [{ ...feed, behind: null, set_aside: null, conflicts: null }] })
  const unknown = { behindMs: null, behindEntries: null, setAside: null, conflicts: null }
  expect(facts).toMatchObject({ users: null, feeds: [unknown] })
})

it('changes set aside are counted beyond those that are shown', () => {
  const one = { entity: 'user', key: 'k', reason: 'r', attempts: 1, since: '' }
  expect(factsOf({ feeds: [{ ...feed, set_aside: [one] }] })?.feeds[0]?.setAside).toBe(1)
  expect(factsOf({ feeds: [{ ...feed, set_aside: [one], set_aside_count: 40 }] })?.feeds[0]?.setAside).toBe(
    40,
  )
})
