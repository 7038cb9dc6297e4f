import { INTERNAL_ERRORS, INTERNAL_HEADERS, POSITION_HEADER } from '@emotibot/contracts'
import { createTestStore, type TestStore } from '@emotibot/service-store/testing'
import { OWNS_ALL, OWNS_NONE } from '@emotibot/sync'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { schemaSteps } from './schema-steps.ts'
import {
  type Conversation,
  history,
  newConversation,
  type SignedIn,
  say,
  sayTurn,
  signedIn,
  startConversation,
} from './testing/start-conversation.ts'

let store: TestStore
let service: Conversation
let ann: SignedIn
beforeEach(async () => {
  store = await createTestStore(schemaSteps)
  service = await startConversation({}, store)
  ann = signedIn(service)
})
afterEach(async () => {
  await service.close()
  await store.drop()
})

const create = ({ client }: SignedIn) => client.call('conversation.create', { body: {} })
const stale = INTERNAL_ERRORS.STALE_EPOCH.status

describe('a fresh database', () => {
  it('owns nothing: a write is refused unexecuted, with the row that refused it', async () => {
    const answer = await create(ann)
    expect([answer.status, answer.headers.get(INTERNAL_HEADERS.refused)]).toEqual([stale, 'stale-epoch'])
    expect(answer.body).toMatchObject({
      code: 'STALE_EPOCH',
      authority: { group: 'conversation', epoch: 1, rule: OWNS_NONE },
    })
    expect(await store.sql`select 1 from conversations`).toHaveLength(0)
  })
})

describe('a database that owns some', () => {
  it('takes writes of those, refuses every write of others, and lets both read', async () => {
    const bob = signedIn(service)
    await store.own('conversation', OWNS_ALL)
    const id = await newConversation(bob)
    const { id: turn_id } = await sayTurn(bob, id, 'hello', { prefer: 'respond-async' })
    await store.own('conversation', { ...OWNS_NONE, allow: [ann.userId] })
    expect((await create(ann)).status).toBe(201)
    const refused = await Promise.all([
      create(bob),
      bob.client.call('conversation.rename', { params: { id }, body: { title: 'x' } }),
      say(bob, id, 'hello'),
      bob.client.call('conversation.delete_turn', { params: { id, turn_id } }),
      bob.client.call('conversation.delete', { params: { id } }),
      bob.client.call('conversation.clear', {}),
    ])
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([stale]))
    expect((await history(bob, id)).turns).toHaveLength(1)
  })

  it('gives a kept answer again also when it has given the partition up', async () => {
    await store.own('conversation', OWNS_ALL)
    const headers = { 'idempotency-key': 'k' }
    const first = await ann.client.call('conversation.create', { body: {}, headers })
    await store.own('conversation', OWNS_NONE)
    const again = await ann.client.call('conversation.create', { body: {}, headers })
    expect([again.status, again.body]).toEqual([201, first.body])
  })
})

describe('the feed', () => {
  it('names every row that a write touched, under its mark', async () => {
    await store.own('conversation', OWNS_ALL)
    const id = await newConversation(ann)
    await say(ann, id, 'hello', { prefer: 'respond-async', 'idempotency-key': 'k' })
    const entries = await store.sql<{ entity: string }[]>`
      select distinct entity, origin, write_group, partition from feed order by entity`
    const mark = { origin: 'service', write_group: 'conversation', partition: ann.userId }
    expect(entries).toEqual(
      ['conversation', 'conversation_answer', 'turn'].map((entity) => ({ entity, ...mark })),
    )
  })

  it('cannot be written around', async () => {
    await expect(
      store.sql`insert into messages (turn_id, role, owner_key) values ('t', 'user', '')`,
    ).rejects.toThrow('EMOTIBOT_UNMARKED')
  })

  it('keeps a deleted turn and conversation from coming back', async () => {
    await store.own('conversation', OWNS_ALL)
    const id = await newConversation(ann)
    await say(ann, id, 'hello', { prefer: 'respond-async' })
    await ann.client.call('conversation.delete', { params: { id } })
    const graves = await store.sql`select entity from tombstones order by entity`
    expect(graves).toEqual([{ entity: 'conversation' }, { entity: 'turn' }])
  })
})

describe('positions', () => {
  const place = { store: 'aaaaaaaaaa', xid: '0', seq: 9, anchor: null }
  const list = (seen: string) =>
    ann.client.call('conversation.list', { headers: { [POSITION_HEADER]: seen } })

  it('a write answers its own', async () => {
    await store.own('conversation', OWNS_ALL)
    const [row] = await store.sql`select id from store`
    const answer = await create(ann)
    expect(answer.headers.get(POSITION_HEADER)).toMatch(new RegExp(`^${row?.['id']}\\.[a-z0-9]+$`))
  })

  it('of the monolith are here once its rows and its departed users both are', async () => {
    await store.sql`insert into places values ('monolith', 'aaaaaaaaaa', ${store.sql.json(place)})`
    const early = await list('aaaaaaaaaa.9')
    expect([early.status, early.headers.get(INTERNAL_HEADERS.refused)]).toEqual([503, 'behind'])
    const departures = { ...place, seq: 8 }
    await store.sql`insert into departures_place (place) values (${store.sql.json(departures)})`
    expect((await list('aaaaaaaaaa.8')).status).toBe(200)
    expect((await list('aaaaaaaaaa.9')).status).toBe(503)
    await store.sql`update departures_place set place = ${store.sql.json(place)}`
    expect((await list('aaaaaaaaaa.9')).status).toBe(200)
  })
})
