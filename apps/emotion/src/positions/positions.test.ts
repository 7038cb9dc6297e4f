import { INTERNAL_HEADERS, POSITION_HEADER } from '@emotibot/contracts'
import type { Sql } from '@emotibot/db'
import { describe, expect, test } from 'vitest'
import { newPerson, onBehalfOf, startEmotion, testStore } from '../testing/start-emotion.ts'
import { recorded, Teller } from '../testing/teller.ts'

const MONOLITH = 'aaaaaaaaaa'
const CONVERSATION = 'cccccccccc'

const inMonolith = (seq: number) => ({ store: MONOLITH, xid: '0', seq, anchor: null })
const inConversation = (xid: number) => ({ store: CONVERSATION, xid: String(xid), seq: 0, anchor: null })

async function serve() {
  const store = await testStore()
  const { url } = await startEmotion(store.url)
  const ann = newPerson(url)
  const seen = (position: string) => ({ [POSITION_HEADER]: position })
  return {
    store,
    url,
    teller: new Teller(url),
    ann,
    trends: (position: string) => outcomeOf(ann.client.call('emotion.trends', { headers: seen(position) })),
    say: (position: string) =>
      outcomeOf(
        ann.client.call('emotion.feedback', {
          body: { turn_id: 't-1', emotion: 'sad' },
          headers: seen(position),
        }),
      ),
  }
}

async function outcomeOf(call: Promise<{ status: number; headers: Headers }>): Promise<number | string> {
  const { status, headers } = await call
  return headers.get(INTERNAL_HEADERS.refused) ?? status
}

/** The mover has applied so much of the monolith's feed, and looked for departures as far. */
async function pump(sql: Sql, seq: number, departures: number | null = seq): Promise<void> {
  const [place, looked] = [inMonolith(seq), departures === null ? null : inMonolith(departures)]
  await sql`
    insert into places values ('monolith', ${MONOLITH}, ${sql.json(place)})
    on conflict (source) do update set place = excluded.place`
  if (looked)
    await sql`
      insert into departures_place (place) values (${sql.json(looked)})
      on conflict (one) do update set place = excluded.place`
}

describe('who wrote a turn on the monolith', () => {
  test('finds it in trends once the mover and the events have brought that much', async () => {
    const { store, teller, trends } = await serve()
    await pump(store.sql, 7)
    await teller.tell([], [inConversation(90), inMonolith(6)])
    expect(await trends(`${MONOLITH}.6`)).toBe(200)
    expect(await trends(`${MONOLITH}.7`)).toBe('behind')
    await teller.tell([], [inConversation(91), inMonolith(9)])
    expect(await trends(`${MONOLITH}.7`)).toBe(200)
    expect(await trends(`${MONOLITH}.8`)).toBe('behind')
  })

  test('finds it in trends when the events come while the request waits', async () => {
    const { store, teller, ann, url } = await serve()
    await pump(store.sql, 9)
    await teller.tell([], [inConversation(90), inMonolith(6)])
    const headers = { ...ann.headers, [POSITION_HEADER]: `${MONOLITH}.7` }
    const waiting = fetch(`${url}/api/emotion/trends`, { headers })
    await teller.tell(
      [recorded(ann, { timestamp: new Date().toISOString() })],
      [inConversation(91), inMonolith(7)],
    )
    expect(await (await waiting).json()).toMatchObject({ count: 1 })
  })
})

describe('who wrote a turn on the conversation service', () => {
  test('finds it in trends once the events have brought that much', async () => {
    const { teller, trends } = await serve()
    await teller.tell([], [inConversation(90)])
    expect(await trends(`${CONVERSATION}.${(89).toString(36)}`)).toBe(200)
    expect(await trends(`${CONVERSATION}.${(90).toString(36)}`)).toBe('behind')
  })

  test('is sent to the other side while no event has ever come: any store may be the one', async () => {
    const { store, trends } = await serve()
    await pump(store.sql, 7)
    expect(await trends(`${CONVERSATION}.1`)).toBe('behind')
    expect(await trends(`${MONOLITH}.1`)).toBe('behind')
  })
})

describe('trends', () => {
  test('wait for no store that nobody follows here, nor for this one', async () => {
    const { store, teller, trends } = await serve()
    const [own] = await store.sql<{ id: string }[]>`select id from store`
    await teller.tell([], [inConversation(90)])
    expect(await trends('eeeeeeeeee.zz')).toBe(200)
    expect(await trends(`${own?.id}.zzzzz`)).toBe(200)
    expect(await trends('nonsense')).toBe(200)
  })

  test('are seen by our own processes under the same condition', async () => {
    const { url, teller, ann } = await serve()
    await teller.tell([], [inConversation(90)])
    const felt = async (xid: number) => {
      const headers = {
        ...(await onBehalfOf(ann.userId)),
        [POSITION_HEADER]: `${CONVERSATION}.${xid.toString(36)}`,
      }
      return (await fetch(`${url}/internal/felt`, { headers })).status
    }
    expect([await felt(89), await felt(90)]).toEqual([200, 503])
  })
})

describe('feedback', () => {
  test('waits for the mover, and not for events: a turn that did not come is asked for', async () => {
    const { store, teller, ann, say } = await serve()
    await teller.tell([recorded(ann, { id: 't-1' })], [inConversation(90), inMonolith(1)])
    await pump(store.sql, 7)
    expect(await say(`${MONOLITH}.7`)).toBe(201)
    expect(await say(`${CONVERSATION}.zzz`)).toBe(201)
    expect(await say(`${MONOLITH}.8`)).toBe('behind')
  })

  test.each([6, null])('waits until deletions of accounts have come as far: %j', async (departures) => {
    const { store, teller, ann, say } = await serve()
    await teller.tell([recorded(ann, { id: 't-1' })])
    await pump(store.sql, 7, departures)
    expect(await say(`${MONOLITH}.7`)).toBe('behind')
    await pump(store.sql, 7)
    expect(await say(`${MONOLITH}.7`)).toBe(201)
  })

  test('answers where it stands, and whoever comes with that finds it in trends', async () => {
    const { store, teller, ann, trends } = await serve()
    await teller.tell([recorded(ann, { id: 't-1' })], [inConversation(90)])
    const said = await ann.client.call('emotion.feedback', { body: { turn_id: 't-1', emotion: 'sad' } })
    const position = said.headers.get(POSITION_HEADER) ?? ''
    const [own] = await store.sql<{ id: string }[]>`select id from store`
    expect(position).toMatch(new RegExp(`^${own?.id}\\.`))
    expect(await trends(position)).toBe(200)
  })
})

test('of what is applied here whoever asks is told: rows and deletions of accounts', async () => {
  const { store, url } = await serve()
  const applied = async (position: string) =>
    (await fetch(`${url}/internal/applied`, { headers: { [POSITION_HEADER]: position } })).status
  await pump(store.sql, 7, 6)
  expect([await applied(`${MONOLITH}.6`), await applied(`${MONOLITH}.7`)]).toEqual([204, 503])
})
