import { bucketOf } from '@emotibot/contracts'
import type { Hold } from '@emotibot/flags'
import { describe, expect, it, vi } from 'vitest'
import type { WaitingRequest } from './seats.ts'
import { WAITING_LIMITS, type WaitingLimits, WaitingRoom } from './waiting-room.ts'

const LONG_MS = 60_000
const holdOn = (flip: string, hold: Partial<Hold> = {}): Hold => ({
  flip,
  routes: ['auth.login', 'auth.logout'],
  low: 0,
  high: 100,
  budgetMs: LONG_MS,
  ...hold,
})

/** A room, and requests that say in `told` what became of them. */
function openRoom(limits: Partial<WaitingLimits> = {}, ledger = { isUp: true }) {
  const room = new WaitingRoom(() => ledger.isUp, { ...WAITING_LIMITS, ...limits })
  const told: string[] = []
  const request = (name: string, partition = 'ann', more: Partial<WaitingRequest> = {}): WaitingRequest => ({
    routeKey: 'auth.login',
    partition,
    sizeBytes: 10,
    goOn: () => told.push(`${name} goes on`),
    giveUp: () => told.push(`${name} gives up`),
    ...more,
  })
  return { room, told, request, ledger }
}

describe('a room without a hold', () => {
  it('is not even open', () => {
    const { room, request } = openRoom()
    expect(room.isOpen).toBe(false)
    expect(room.enter(request('one'))).toBe('free')
  })
})

describe('a hold', () => {
  it('seats the requests of its routes and buckets, and no others', () => {
    const { room, request } = openRoom()
    const bucket = bucketOf('ann')
    room.adopt({ holds: [holdOn('f1', { low: bucket, high: bucket + 1 })] })
    expect(room.enter(request('one'))).toBe('seated')
    expect(room.enter(request('other', 'ann', { routeKey: 'emotion.analyze' }))).toBe('free')
    const elsewhere = ['bob', 'cleo', 'dan'].find((name) => bucketOf(name) !== bucket) ?? ''
    expect(room.enter(request('bob', elsewhere))).toBe('free')
  })

  it('lets them go in the order they came when it is gone, each once', () => {
    const { room, told, request } = openRoom()
    room.adopt({ holds: [holdOn('f1')] })
    for (const name of ['1', '2', '3']) room.enter(request(name, name === '2' ? 'bob' : 'ann'))
    room.adopt({ holds: [holdOn('f1')] })
    expect(told).toEqual([])
    room.adopt({ holds: [] })
    room.adopt({ holds: [] })
    expect(told).toEqual(['1 goes on', '2 goes on', '3 goes on'])
    expect(room.isOpen).toBe(false)
  })

  it('drops a request whose client left', () => {
    const { room, told, request } = openRoom()
    room.adopt({ holds: [holdOn('f1')] })
    const [one, two] = [request('one'), request('two')]
    room.enter(one)
    room.enter(two)
    room.leave(one)
    room.adopt({ holds: [] })
    expect(told).toEqual(['two goes on'])
  })

  it('is bounded for each partition, in all, and in bytes', () => {
    const { room, request } = openRoom({ perPartition: 2, inAll: 4, bytesInAll: 45 })
    room.adopt({ holds: [holdOn('f1')] })
    const entries = ['ann', 'ann', 'ann', 'bob', 'cleo', 'dan'].map((name) => room.enter(request(name, name)))
    expect(entries).toEqual(['seated', 'seated', 'refused', 'seated', 'seated', 'refused'])
    const big = openRoom({ bytesInAll: 45 })
    big.room.adopt({ holds: [holdOn('f1')] })
    expect(big.room.enter(big.request('big', 'ann', { sizeBytes: 46 }))).toBe('refused')
  })

  it('is waited for as long as its budget says; later ones are refused while the ledger says it goes on', async () => {
    const { room, told, request, ledger } = openRoom()
    room.adopt({ holds: [holdOn('f1', { budgetMs: 20 })] })
    room.enter(request('one'))
    await vi.waitFor(() => expect(told).toEqual(['one gives up']))
    room.adopt({ holds: [holdOn('f1', { budgetMs: 20 })] })
    expect(room.enter(request('two'))).toBe('refused')
    ledger.isUp = false
    expect(room.enter(request('three')), 'nothing is known of the flip').toBe('free')
  })

  it('that follows another at once has its own budget', async () => {
    const { room, told, request } = openRoom()
    room.adopt({ holds: [holdOn('f1')] })
    room.enter(request('one'))
    room.adopt({ holds: [holdOn('f2', { budgetMs: 20 })] })
    expect(told).toEqual([])
    await vi.waitFor(() => expect(told).toEqual(['one gives up']))
  })
})

describe('the line after a hold', () => {
  it('moves as fast as those in front are answered', () => {
    const { room, told, request } = openRoom({ atOnce: 2 })
    room.adopt({ holds: [holdOn('f1')] })
    for (const name of ['1', '2', '3', '4']) room.enter(request(name, name))
    room.adopt({ holds: [] })
    expect(told).toEqual(['1 goes on', '2 goes on'])
    room.finished()
    expect(told.at(-1)).toBe('3 goes on')
  })

  it('is not overtaken by a later request of a partition that stands in it', () => {
    const { room, told, request } = openRoom({ atOnce: 1 })
    room.adopt({ holds: [holdOn('f1')] })
    for (const name of ['1', '2']) room.enter(request(name))
    room.adopt({ holds: [] })
    expect(room.enter(request('3'))).toBe('seated')
    expect(room.enter(request('another', 'ann', { routeKey: 'emotion.analyze' }))).toBe('free')
    expect(room.enter(request('bob', 'bob'))).toBe('free')
    room.finished()
    room.finished()
    expect(told).toEqual(['1 goes on', '2 goes on', '3 goes on'])
  })

  it('waits again when another flip holds it', () => {
    const { room, told, request } = openRoom({ atOnce: 1 })
    room.adopt({ holds: [holdOn('f1')] })
    for (const name of ['1', '2']) room.enter(request(name))
    room.adopt({ holds: [] })
    room.adopt({ holds: [holdOn('f2')] })
    room.finished()
    expect(told).toEqual(['1 goes on'])
    room.adopt({ holds: [] })
    expect(told).toEqual(['1 goes on', '2 goes on'])
  })

  it('is given up when it stands still', async () => {
    const { room, told, request } = openRoom({ atOnce: 1, lineMs: 20 })
    room.adopt({ holds: [holdOn('f1')] })
    for (const name of ['1', '2']) room.enter(request(name))
    room.adopt({ holds: [] })
    await vi.waitFor(() => expect(told).toEqual(['1 goes on', '2 gives up']))
    expect(room.isOpen).toBe(false)
  })
})

describe('the figures of a flip', () => {
  it('say how many waited, how long at worst, and how many in vain, once its hold is gone', async () => {
    const { room, told, request } = openRoom({ perPartition: 1 })
    room.adopt({ holds: [holdOn('f1', { budgetMs: 30 })] })
    for (const name of ['ann', 'ann', 'bob']) room.enter(request(name, name))
    expect(room.figures.toNote()).toEqual([])
    await vi.waitFor(() => expect(told).toHaveLength(2))
    room.adopt({ holds: [] })
    const [waits] = room.figures.toNote()
    expect(waits).toMatchObject({ flip: 'f1', count: 3, failed: 3 })
    expect(waits?.worstMs).toBeGreaterThan(20)
    room.figures.noted('f1')
    expect(room.figures.toNote()).toEqual([])
  })

  it('are none for a flip that nobody waited for', () => {
    const { room } = openRoom()
    room.adopt({ holds: [holdOn('f1')] })
    room.adopt({ holds: [] })
    expect(room.figures.toNote()).toEqual([])
  })
})
