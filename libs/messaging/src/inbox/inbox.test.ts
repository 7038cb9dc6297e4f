import type { EventBatch, EventEnvelope } from '@emotibot/contracts'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestConsumer, type TestConsumer } from '../testing/consumer.ts'
import { deletedEvent, recordedEvent, SOURCE } from '../testing/source.ts'

const consumers: TestConsumer[] = []
let consumer: TestConsumer
beforeEach(async () => {
  consumer = await createTestConsumer({ attempts: 3 })
  consumers.push(consumer)
})
afterAll(async () => {
  await Promise.all(consumers.map((each) => each.close()))
})

const at = (n: number): string => (n === 0 ? '' : `store.${String(n).padStart(6, '0')}`)

const batch = (from: number, to: number, events: unknown[] = []): EventBatch => ({
  source: SOURCE,
  after: at(from),
  upTo: at(to),
  places: [{ store: 'store', seq: to }],
  events: events as EventEnvelope[],
})

const taken = { outcome: 'taken' }
const reasons = async () =>
  (await consumer.inbox.deadLetters.list()).map(({ event_id, reason }) => [event_id, reason])

describe('an inbox', () => {
  it('has the effects, what was taken in and how far, or none of it', async () => {
    expect(await consumer.inbox.standing(SOURCE)).toBeNull()
    expect(await consumer.inbox.take(batch(0, 2, [recordedEvent('a', 'one', 1)]))).toEqual(taken)
    expect(await consumer.state()).toEqual({ a: 'one' })
    expect(await consumer.inbox.standing(SOURCE)).toEqual({
      place: at(2),
      places: [{ store: 'store', seq: 2 }],
    })
    await expect(
      consumer.inbox.take(batch(2, 3, [recordedEvent('b', 'ok', 1), recordedEvent('c', 'thrown', 1)])),
    ).rejects.toMatchObject({ code: 'EVENTS_FAILED' })
    expect(await consumer.state()).toEqual({ a: 'one' })
    expect(await consumer.inbox.standing(SOURCE)).toMatchObject({ place: at(2) })
  })

  it('takes a batch in once, however often it comes, and one that reaches back only as far as it is new', async () => {
    const first = batch(0, 2, [recordedEvent('a', 'one', 1), recordedEvent('b', 'two', 1)])
    for (let n = 0; n < 3; n++) expect(await consumer.inbox.take(first)).toEqual(taken)
    const overlapping = batch(1, 3, [recordedEvent('b', 'two', 1), recordedEvent('c', 'three', 1)])
    expect(await consumer.inbox.take(overlapping)).toEqual(taken)
    expect(await consumer.effects()).toEqual({ 'a.1': 1, 'b.1': 1, 'c.1': 1 })
    expect(await consumer.inbox.standing(SOURCE)).toMatchObject({ place: at(3) })
  })

  it('takes a batch in once when several replicas get it at the same time', async () => {
    const same = batch(0, 2, [recordedEvent('a', 'one', 1)])
    await Promise.all([1, 2, 3, 4].map(() => consumer.inbox.take(same)))
    expect(await consumer.effects()).toEqual({ 'a.1': 1 })
  })

  it('says where it stands when a batch before is missing, and stays there', async () => {
    expect(await consumer.inbox.take(batch(3, 5))).toEqual({ outcome: 'gap', at: '' })
    await consumer.inbox.take(batch(0, 2))
    expect(await consumer.inbox.take(batch(3, 5))).toEqual({ outcome: 'gap', at: at(2) })
    expect(await consumer.inbox.take(batch(2, 5))).toEqual(taken)
    expect(consumer.events).toContainEqual({ event: 'gap', source: SOURCE, at: at(2), after: at(3) })
  })

  it('takes nothing from another store than the one it has followed', async () => {
    await consumer.inbox.take(batch(0, 2))
    const elsewhere = { ...batch(0, 9), upTo: 'other.000009' }
    expect(await consumer.inbox.take(elsewhere)).toEqual({ outcome: 'gap', at: at(2) })
  })

  it('moves on over an empty batch, for its places', async () => {
    await consumer.inbox.take(batch(0, 2))
    await consumer.inbox.take({ ...batch(2, 7), places: [{ store: 'store', seq: 7 }] })
    expect(await consumer.inbox.standing(SOURCE)).toEqual({
      place: at(7),
      places: [{ store: 'store', seq: 7 }],
    })
  })

  it('keeps each source apart', async () => {
    await consumer.inbox.take(batch(0, 2, [recordedEvent('a', 'one', 1)]))
    expect(await consumer.inbox.take({ ...batch(0, 1), source: 'other' })).toEqual(taken)
    expect(await consumer.inbox.standing(SOURCE)).toMatchObject({ place: at(2) })
  })

  it('forgets what it took in long ago, and an event that comes after that does no harm', async () => {
    await consumer.inbox.take(batch(0, 1, [recordedEvent('a', 'one', 1)]))
    await consumer.inbox.take(batch(1, 2, [recordedEvent('a', 'two', 2)]))
    await consumer.inbox.forget(60_000)
    expect(await consumer.sql`select 1 from inbox`).toHaveLength(2)
    await consumer.inbox.forget(-60_000)
    expect(await consumer.sql`select 1 from inbox`).toEqual([])
    await consumer.inbox.take(batch(1, 3, [recordedEvent('a', 'one', 1)]))
    expect(await consumer.state()).toEqual({ a: 'two' })
  })

  it('throws, and counts nobody’s tries, while its database does not do what it should', async () => {
    await consumer.sql`alter table known rename to unknown`
    for (let n = 0; n < 5; n++)
      await expect(consumer.inbox.take(batch(0, 1, [recordedEvent('a', 'one', 1)]))).rejects.toThrow(/known/)
    expect(await consumer.inbox.deadLetters.list()).toEqual([])
    await consumer.sql`alter table unknown rename to known`
    expect(await consumer.inbox.take(batch(0, 1, [recordedEvent('a', 'one', 1)]))).toEqual(taken)
  })
})

describe('an event that fails', () => {
  const failing = batch(0, 3, [
    recordedEvent('a', 'one', 1),
    recordedEvent('b', 'poison', 1),
    recordedEvent('c', 'thrown', 1),
    recordedEvent('d', 'four', 1),
  ])

  it('becomes a dead letter after so many tries, with its reason, and the others go on', async () => {
    for (let n = 0; n < 2; n++)
      await expect(consumer.inbox.take(failing)).rejects.toThrow(/could not be taken in yet/)
    expect(await consumer.state()).toEqual({})
    expect(await consumer.inbox.take(failing)).toEqual(taken)
    expect(await consumer.state()).toEqual({ a: 'one', d: 'four' })
    expect(await consumer.inbox.deadLetters.list()).toMatchObject([
      { id: 1, source: SOURCE, event_id: 'b.1', name: 'conversation.turn_recorded.v1', attempts: 3 },
      { id: 2, event_id: 'c.1', reason: 'this text is not for us', attempts: 3 },
    ])
    expect(await consumer.inbox.take(batch(3, 4, [recordedEvent('b', 'mended', 2)]))).toEqual(taken)
    expect(await consumer.state()).toEqual({ a: 'one', b: 'mended', d: 'four' })
  })

  it('has its tries counted over restarts of the process', async () => {
    await expect(consumer.inbox.take(failing)).rejects.toThrow()
    const rows = await consumer.sql`select event_id, attempts from inbox_failures order by event_id`
    expect(rows).toMatchObject([
      { event_id: 'b.1', attempts: 1 },
      { event_id: 'c.1', attempts: 1 },
    ])
    await consumer.sql`update known set text = ''`
    await consumer.sql`alter table known drop constraint known_text_check`
    await expect(consumer.inbox.take(failing)).rejects.toThrow()
    await consumer.inbox.take(failing)
    expect(await reasons()).toEqual([['c.1', 'this text is not for us']])
    expect(await consumer.sql`select 1 from inbox_failures`).toEqual([])
  })

  it('is found also when only its commit would fail', async () => {
    const late = batch(0, 3, [
      recordedEvent('x', 'late', 1),
      recordedEvent('y', 'late', 1),
      recordedEvent('z', 'ok', 1),
    ])
    for (let n = 0; n < 2; n++) await expect(consumer.inbox.take(late)).rejects.toThrow()
    expect(await consumer.inbox.take(late)).toEqual(taken)
    expect(await consumer.state()).toEqual({ x: 'late', z: 'ok' })
    expect((await reasons()).map(([id]) => id)).toEqual(['y.1'])
  })
})

describe('a bad event', () => {
  const good = recordedEvent('a', 'one', 1)

  it.each([
    ['of an unknown name', { ...good, name: 'nobody.knows.v1' }, /^unknown event$/],
    [
      'of an unknown version',
      { ...good, name: 'conversation.turn_recorded.v9' },
      /^unknown version: only .*\.v1/,
    ],
    ['named like a thing every object has', { ...good, name: 'constructor' }, /^unknown event$/],
    ['with data of another shape', { ...good, data: { turn_id: 7 } }, /^malformed data/],
    ['that travelled without its data', { ...good, data: { too_large_bytes: 9 } }, /^malformed data/],
    ['with a field too many', { ...good, extra: 1 }, /^malformed/],
    ['without an id', { ...good, event_id: undefined }, /^malformed/],
    ['whose id no database holds', { ...good, event_id: 'a\0b' }, /^malformed/],
    ['that is null', null, /^malformed/],
    ['that is a number', 7, /^malformed/],
  ])(
    '%s is a dead letter at once, with its reason, and its neighbours go on',
    async (_what, event, reason) => {
      const given = JSON.parse(JSON.stringify(batch(0, 1, [event, recordedEvent('b', 'two', 1)]))) as unknown
      expect(await consumer.inbox.take(given)).toEqual(taken)
      expect(await consumer.inbox.take(given)).toEqual(taken)
      expect(await consumer.state()).toEqual({ b: 'two' })
      const list = await consumer.inbox.deadLetters.list()
      expect(list).toHaveLength(1)
      expect(list[0]?.reason).toMatch(reason)
      expect(await consumer.inbox.deadLetters.replay(list[0]?.id ?? 0)).toMatchObject({ outcome: 'failed' })
    },
  )

  it('that holds U+0000 and lone surrogates is kept whole', async () => {
    const event = { ...good, name: 'odd.\0name.v1', data: { text: 'a\0b\ud800' } }
    await consumer.inbox.take(batch(0, 1, [event]))
    const [row] = await consumer.sql<{ event: string }[]>`select event from dead_letters`
    expect(JSON.parse(row?.event ?? '')).toEqual(event)
  })
})

it.each([
  ['nothing', undefined],
  ['text', 'batch'],
  ['an empty object', {}],
  ['a batch with a field too many', { ...batch(0, 1), extra: 1 }],
  [
    'a batch with too many events',
    batch(
      0,
      1,
      Array.from({ length: 501 }, () => deletedEvent('a')),
    ),
  ],
  ['a batch of nobody', { ...batch(0, 1), source: '' }],
  ['a batch whose source no database holds', { ...batch(0, 1), source: 'a\0' }],
  ['a batch whose place no database holds', { ...batch(0, 1), upTo: 'store.\0' }],
])('%s is malformed, and changes nothing', async (_what, input) => {
  expect(await consumer.inbox.take(input)).toMatchObject({ outcome: 'malformed' })
  expect(await consumer.sql`select 1 from projection_places`).toEqual([])
})

describe('a dead letter', () => {
  const poison = batch(0, 1, [recordedEvent('a', 'poison', 1)])
  const bury = async () => {
    for (let n = 0; n < 2; n++) await consumer.inbox.take(poison).catch(() => undefined)
    await consumer.inbox.take(poison)
  }

  it('is taken in by a replay once its reason is gone, and is listed no more', async () => {
    await bury()
    expect(await consumer.inbox.deadLetters.replay(1)).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/check/),
    })
    expect(await consumer.inbox.deadLetters.list()).toMatchObject([{ attempts: 4 }])
    await consumer.sql`alter table known drop constraint known_text_check`
    expect(await consumer.inbox.deadLetters.replay(1)).toEqual(taken)
    expect(await consumer.inbox.deadLetters.list()).toEqual([])
    expect(await consumer.state()).toEqual({ a: 'poison' })
    expect(await consumer.inbox.deadLetters.replay(1)).toEqual({ outcome: 'unknown' })
  })

  it('does not undo what came after it', async () => {
    await bury()
    await consumer.inbox.take(batch(1, 2, [recordedEvent('a', 'newer', 2)]))
    await consumer.sql`alter table known drop constraint known_text_check`
    expect(await consumer.inbox.deadLetters.replay(1)).toEqual(taken)
    expect(await consumer.state()).toEqual({ a: 'newer' })
  })

  it('has one effect when two replay it at once', async () => {
    await bury()
    await consumer.sql`alter table known drop constraint known_text_check`
    const both = await Promise.all([1, 2].map(() => consumer.inbox.deadLetters.replay(1)))
    expect(both.map(({ outcome }) => outcome).sort()).toEqual(['taken', 'unknown'])
    expect(await consumer.effects()).toEqual({ 'a.1': 1 })
  })

  it.each([0, -1, 1.5, Number.NaN, 2 ** 60, 99])('that is not there is unknown: %s', async (id) => {
    expect(await consumer.inbox.deadLetters.replay(id)).toEqual({ outcome: 'unknown' })
  })
})
