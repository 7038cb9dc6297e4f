import { POSITION_HEADER } from '@emotibot/contracts'
import { OWNS_NONE } from '@emotibot/sync'
import { describe, expect, test } from 'vitest'
import { newPerson, startEmotion, testStore } from '../testing/start-emotion.ts'
import { deleted, recorded, Teller } from '../testing/teller.ts'
import { startTurnPort } from '../testing/turn-port.ts'

async function serve(options: { ownsAll?: boolean } = {}) {
  const [store, port] = [await testStore(options), await startTurnPort()]
  const { url } = await startEmotion(store.url, { EMOTIBOT_INTERNAL_URL: port.url })
  const person = newPerson(url)
  const say = (turn_id: string, emotion = 'sad', headers = {}) =>
    person.client.call('emotion.feedback', { body: { turn_id, emotion: emotion as 'sad' }, headers })
  return { store, port, url, teller: new Teller(url), person, say }
}

describe('feedback on a turn', () => {
  test('that was told is kept without asking anybody, and enters the feed under its user', async () => {
    const { store, port, teller, person, say } = await serve()
    await teller.tell([recorded(person, { id: 't-1' })])
    expect((await say('t-1')).status).toBe(201)
    expect(port.asked).toEqual([])
    expect(await store.sql`select turn_id, user_id, owner_key, emotion, revision::int from feedback`).toEqual(
      [
        {
          turn_id: 't-1',
          user_id: person.userId,
          owner_key: person.username.toLowerCase(),
          emotion: 'sad',
          revision: 1,
        },
      ],
    )
    expect(await store.sql`select entity, key, partition from feed`).toEqual([
      { entity: 'feedback', key: 't-1', partition: person.username.toLowerCase() },
    ])
  })

  test('again takes the place of the first, as a newer revision', async () => {
    const { store, teller, person, say } = await serve()
    await teller.tell([recorded(person, { id: 't-1' })])
    for (const emotion of ['sad', 'angry']) await say('t-1', emotion)
    expect(await store.sql`select emotion, revision::int from feedback`).toEqual([
      { emotion: 'angry', revision: 2 },
    ])
  })

  test('that nobody told of yet is asked for where it is, with what the user has seen', async () => {
    const { port, person, say } = await serve()
    port.turns.set('t-1', person.userId)
    const answer = await say('t-1', 'sad', { [POSITION_HEADER]: 'ffffffffff.2s' })
    expect(answer.status).toBe(201)
    expect(port.asked).toMatchObject([
      { path: '/internal/turns/t-1', headers: { [POSITION_HEADER]: 'ffffffffff.2s', ...person.headers } },
    ])
  })

  test("that is nobody's is 404, also another user's, told or not", async () => {
    const { port, url, teller, say } = await serve()
    const other = newPerson(url)
    port.turns.set('t-2', other.userId)
    await teller.tell([recorded(other, { id: 't-3' })])
    for (const id of ['t-1', 't-2', 't-3'])
      expect(await say(id)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
    expect(port.asked).toHaveLength(2)
  })

  test('that was deleted is 404 and is not asked for', async () => {
    const { port, teller, person, say } = await serve()
    port.turns.set('t-1', person.userId)
    await teller.tell([recorded(person, { id: 't-1' }), deleted(person, 't-1')])
    expect((await say('t-1')).status).toBe(404)
    expect(port.asked).toEqual([])
  })
})

describe('feedback on a turn that nobody told of, while', () => {
  test.each([500, 503, 401])(
    'its domain answers %i, is 503 with a time to come back, and nothing is kept',
    async (status) => {
      const { store, port, person, say } = await serve()
      port.turns.set('t-1', person.userId)
      port.status = status
      const answer = await say('t-1')
      expect(answer).toMatchObject({ status: 503, body: { code: 'BUSY' } })
      expect(answer.headers.get('retry-after')).toBe('1')
      expect(await store.sql`select 1 from feedback`).toEqual([])
      port.status = null
      expect((await say('t-1')).status).toBe(201)
    },
  )

  test('nobody can be asked, is 503 with a time to come back', async () => {
    const store = await testStore()
    for (const EMOTIBOT_INTERNAL_URL of ['', 'http://127.0.0.1:1']) {
      const { url } = await startEmotion(store.url, { EMOTIBOT_INTERNAL_URL })
      const body = { turn_id: 't-1', emotion: 'sad' } as const
      const answer = await newPerson(url).client.call('emotion.feedback', { body })
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    }
  })
})

describe('a partition that is not owned here', () => {
  test('is refused unexecuted with the row that refuses it, before anybody is asked', async () => {
    const { store, port, say } = await serve({ ownsAll: false })
    expect(await say('t-1')).toMatchObject({
      status: 409,
      body: { code: 'STALE_EPOCH', authority: { group: 'emotion', epoch: 1, rule: OWNS_NONE } },
    })
    expect(port.asked).toEqual([])
    expect(await store.sql`select 1 from feed`).toEqual([])
  })

  test('is refused also when it was given up while the turn was asked for', async () => {
    const { store, port, person, say } = await serve()
    port.turns.set('t-1', person.userId)
    const answer = await store.sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(hashtextextended('emotibot group emotion', 0))`
      const running = say('t-1')
      await expect.poll(() => store.countWaiting(), { timeout: 10_000 }).toBe(1)
      await tx`update authority set epoch = epoch + 1, high = 0 where write_group = 'emotion'`
      return { running }
    })
    expect((await answer.running).status).toBe(409)
  })
})

describe('under an Idempotency-Key', () => {
  test('a retry is answered as the first time and does nothing, also once the turn is gone', async () => {
    const { store, teller, person, say } = await serve()
    await teller.tell([recorded(person, { id: 't-1' })])
    const key = { 'idempotency-key': 'k-1' }
    const first = await say('t-1', 'sad', key)
    await teller.tell([deleted(person, 't-1')])
    const again = await say('t-1', 'sad', key)
    expect([first.status, again.status]).toEqual([201, 201])
    expect(again.body).toEqual(first.body)
    expect(await store.sql`select revision::int from feedback`).toEqual([{ revision: 1 }])
    expect(await store.sql`select entity from feed order by entity`).toEqual([
      { entity: 'emotion_answer' },
      { entity: 'feedback' },
    ])
  })

  test('of any number at once one is done, and all get its answer', async () => {
    const { store, teller, person, say } = await serve()
    await teller.tell([recorded(person, { id: 't-1' })])
    const key = { 'idempotency-key': 'k-1' }
    const answers = await Promise.all(Array.from({ length: 8 }, () => say('t-1', 'sad', key)))
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1)
    expect(await store.sql`select revision::int from feedback`).toEqual([{ revision: 1 }])
  })

  test('another body is 422', async () => {
    const { teller, person, say } = await serve()
    await teller.tell([recorded(person, { id: 't-1' })])
    const key = { 'idempotency-key': 'k-1' }
    await say('t-1', 'sad', key)
    expect(await say('t-1', 'angry', key)).toMatchObject({
      status: 422,
      body: { code: 'IDEMPOTENCY_MISMATCH' },
    })
  })
})

test.each([
  ['null', 400],
  ['[]', 400],
  ['{', 400],
  ['{"turn_id":"t-1"}', 400],
  ['{"turn_id":"t-1","emotion":"joy"}', 400],
  ['{"turn_id":"t-1","emotion":"sad","more":1}', 400],
  ['{"turn_id":"a b","emotion":"sad"}', 400],
  ['{"turn_id":"a\\u0000","emotion":"sad"}', 400],
  [JSON.stringify({ turn_id: 'x'.repeat(65), emotion: 'sad' }), 400],
  [JSON.stringify({ turn_id: 'x'.repeat(300_000), emotion: 'sad' }), 413],
])('%.40s is %i in the one error shape', async (body, status) => {
  const { url, person } = await serve()
  const headers = { ...person.headers, 'content-type': 'application/json' }
  const answer = await fetch(`${url}/api/emotion/feedback`, { method: 'POST', headers, body })
  expect(answer.status).toBe(status)
  expect(Object.keys((await answer.json()) as object)).toEqual(['error', 'code', 'message', 'request_id'])
})

test('by cookie it must come from the page it acts for', async () => {
  const { url, person } = await serve()
  const cookie = `emotibot_session=${person.headers['authorization']?.slice('Bearer '.length)}`
  const headers = { cookie, origin: 'http://elsewhere.example', 'content-type': 'application/json' }
  const body = '{"turn_id":"t-1","emotion":"sad"}'
  const answer = await fetch(`${url}/api/emotion/feedback`, { method: 'POST', headers, body })
  expect(answer.status).toBe(403)
})
