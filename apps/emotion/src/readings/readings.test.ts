import { EVENTS_PATH } from '@emotibot/contracts'
import type { Sql } from '@emotibot/db'
import { describe, expect, test } from 'vitest'
import { newPerson, onBehalfOf, startEmotion, testStore, toService } from '../testing/start-emotion.ts'
import { deleted, recorded, Teller } from '../testing/teller.ts'

async function serve() {
  const store = await testStore()
  const { url } = await startEmotion(store.url)
  return { store, url, teller: new Teller(url), ann: newPerson(url) }
}

const readingsOf = (sql: Sql) => sql`
  select turn_id, user_id, owner_key, time_key, emotion, polarity, is_threaded, revision::int
  from readings order by turn_id`
const emotionsOf = async (sql: Sql) => (await readingsOf(sql)).map(({ emotion }) => emotion)

describe('a turn that is told', () => {
  test('is a reading', async () => {
    const { store, teller, ann } = await serve()
    await teller.tell([recorded(ann, { id: 't-1', detected_emotion: 'sad', polarity: -0.25, revision: 3 })])
    expect(await readingsOf(store.sql)).toEqual([
      {
        turn_id: 't-1',
        user_id: ann.userId,
        owner_key: ann.username.toLowerCase(),
        time_key: '2026-03-01T12:00:00.000Z',
        emotion: 'sad',
        polarity: -0.25,
        is_threaded: true,
        revision: 3,
      },
    ])
  })

  test('is taken in as it is when it is an old one', async () => {
    const { store, url, teller, ann } = await serve()
    await teller.tell([
      recorded(ann, {
        id: 't-1',
        detected_emotion: null,
        polarity: null,
        time_key: '1970-01-01T00:00:00.000Z',
      }),
      recorded(ann, {
        id: 't-2',
        detected_emotion: 'a\u0000\uE000b',
        polarity: 1e300,
        timestamp: 'yesterday',
      }),
    ])
    expect(await teller.deadLetters()).toEqual([])
    const felt = await fetch(`${url}/internal/felt`, { headers: await onBehalfOf(ann.userId) })
    expect(await felt.json()).toEqual({
      turns: [
        { emotion: 'a\u0000\uE000b', polarity: 1e300 },
        { emotion: null, polarity: null },
      ],
    })
    expect(await readingsOf(store.sql)).toHaveLength(2)
  })

  test('anew is what it is then', async () => {
    const { store, teller, ann } = await serve()
    await teller.tell([recorded(ann, { id: 't-1', detected_emotion: 'neutral' })])
    await teller.tell([recorded(ann, { id: 't-1', detected_emotion: 'angry', revision: 2 })])
    expect(await readingsOf(store.sql)).toMatchObject([{ emotion: 'angry', revision: 2 }])
  })

  test('late, as it was before, changes nothing', async () => {
    const { store, teller, ann } = await serve()
    await teller.tell([recorded(ann, { id: 't-1', detected_emotion: 'angry', revision: 2 })])
    await teller.tell([recorded(ann, { id: 't-1', detected_emotion: 'neutral', revision: 1 })])
    expect(await emotionsOf(store.sql)).toEqual(['angry'])
  })

  test('several times in one batch is what it was last', async () => {
    const { store, teller, ann } = await serve()
    const told = [1, 3, 2].map((revision) =>
      recorded(ann, { id: 't-1', detected_emotion: `label ${revision}`, revision }),
    )
    await teller.tell(told)
    expect(await readingsOf(store.sql)).toMatchObject([{ emotion: 'label 3', revision: 3 }])
  })
})

describe('a turn that was deleted', () => {
  test('is no reading any more', async () => {
    const { store, teller, ann } = await serve()
    await teller.tell([recorded(ann, { id: 't-1' }), recorded(ann, { id: 't-2' })])
    await teller.tell([deleted(ann, 't-1')])
    expect((await readingsOf(store.sql)).map(({ turn_id }) => turn_id)).toEqual(['t-2'])
  })

  test.each([
    ['in a batch of its own', (late: unknown, gone: unknown) => [[gone], [late]]],
    ['in the same batch', (late: unknown, gone: unknown) => [[gone, late]]],
    ['in the same batch, before', (late: unknown, gone: unknown) => [[late, gone]]],
  ])('is not brought back by what is told of it late, %s', async (_how, batchesOf) => {
    const { store, teller, ann } = await serve()
    const late = recorded(ann, { id: 't-1', revision: 9 })
    for (const events of batchesOf(late, deleted(ann, 't-1'))) await teller.tell(events)
    expect(await readingsOf(store.sql)).toEqual([])
  })
})

describe('a batch', () => {
  test('that comes again changes nothing', async () => {
    const { store, teller, ann } = await serve()
    const batch = teller.batch([recorded(ann, { id: 't-1' })])
    expect([await teller.send(batch), await teller.send(batch)]).toEqual([204, 204])
    expect(await readingsOf(store.sql)).toHaveLength(1)
  })

  test('whose forerunner is missing is 409, and is taken once that has come', async () => {
    const { store, teller, ann } = await serve()
    const [first, second] = [teller.batch([recorded(ann)]), teller.batch([recorded(ann)])]
    expect(await teller.send(second)).toBe(409)
    expect([await teller.send(first), await teller.send(second)]).toEqual([204, 204])
    expect(await readingsOf(store.sql)).toHaveLength(2)
  })

  test('goes on past what cannot be taken in, which is kept with its reason', async () => {
    const { store, teller, ann } = await serve()
    const good = recorded(ann, { id: 't-1' })
    await teller.tell([
      { ...recorded(ann), name: 'conversation.turn_painted.v1', event_id: 'unknown' },
      { ...recorded(ann), name: 'conversation.turn_recorded.v9', event_id: 'too new' },
      { ...recorded(ann), data: { turn_id: 7 }, event_id: 'malformed' },
      { ...recorded(ann, { id: 'a b' }), event_id: 'no id' },
      good,
    ])
    expect((await readingsOf(store.sql)).map(({ turn_id }) => turn_id)).toEqual(['t-1'])
    const letters = await teller.deadLetters()
    expect(letters.map(({ event_id }) => event_id)).toEqual(['unknown', 'too new', 'malformed', 'no id'])
    expect(letters.every(({ reason }) => reason.length > 0)).toBe(true)
  })

  test.each(['null', '[]', '{}', '{"source":7}'])('that is none is refused: %s', async (body) => {
    const { url } = await serve()
    const headers = { 'content-type': 'application/json', ...(await toService('emotion')) }
    const answer = await fetch(url + EVENTS_PATH, { method: 'POST', headers, body })
    expect(answer.status).toBe(400)
  })

  test('is taken from our own processes only', async () => {
    const { url, teller, ann } = await serve()
    const post = async (headers: Record<string, string>) => {
      const body = JSON.stringify(teller.batch([recorded(ann)]))
      const json = { 'content-type': 'application/json' }
      return (await fetch(url + EVENTS_PATH, { method: 'POST', headers: { ...json, ...headers }, body }))
        .status
    }
    expect([
      await post({}),
      await post({ ...ann.headers }),
      await post(await onBehalfOf(ann.userId)),
      await post(await toService('conversation')),
      await post(await toService('emotion', 'guessed')),
    ]).toEqual([401, 401, 401, 401, 401])
  })
})

test('ten thousand old turns are taken in in bulk, and trends are made of all', async () => {
  const { store, teller, ann } = await serve()
  await store.sql.unsafe(`
    create table statements (at timestamptz default clock_timestamp());
    create function count_statement() returns trigger language plpgsql as
      'begin insert into statements default values; return null; end';
    create trigger counted after insert or delete on readings for each statement execute function count_statement();
  `)
  const timestamp = new Date().toISOString()
  for (let batch = 0; batch < 20; batch++)
    await teller.tell(Array.from({ length: 500 }, () => recorded(ann, { timestamp, polarity: 0.1 })))
  const [counted] = await store.sql`select count(*)::int as statements from statements`
  expect(counted?.['statements']).toBeLessThanOrEqual(20 * 2)
  const trends = await ann.client.call('emotion.trends', { query: { period: 'day' } })
  expect(trends).toMatchObject({ body: { count: 10_000, average_polarity: 0.1 } })
})

test('what one turn holds that the database refuses costs that turn only', async () => {
  const { store, teller, ann } = await serve()
  const huge = recorded(ann, { id: 't-bad', revision: 2 ** 80 })
  const batch = teller.batch([recorded(ann, { id: 't-1' }), huge, recorded(ann, { id: 't-2' })])
  await expect.poll(() => teller.send(batch), { timeout: 20_000 }).toBe(204)
  expect((await readingsOf(store.sql)).map(({ turn_id }) => turn_id)).toEqual(['t-1', 't-2'])
  expect(await teller.deadLetters()).toMatchObject([{ event_id: huge.event_id }])
})
