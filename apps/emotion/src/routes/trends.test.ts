import { expect, test } from 'vitest'
import { newPerson, startEmotion, testStore } from '../testing/start-emotion.ts'
import { recorded, Teller } from '../testing/teller.ts'

async function serve() {
  const store = await testStore()
  const { url } = await startEmotion(store.url)
  return { store, url, teller: new Teller(url) }
}

const now = () => new Date().toISOString()

test('trends are made of the turns that were told, and what the user says one was counts before', async () => {
  const { url, teller } = await serve()
  const { client, ...ann } = newPerson(url)
  const turns = [0.2, 0.4, null].map((polarity) => recorded(ann, { timestamp: now(), polarity }))
  await teller.tell([...turns, recorded(newPerson(url), { timestamp: now() })])
  const [first] = turns
  const turnId = first?.event_id.split('.')[0] ?? ''
  for (const emotion of ['sad', 'angry'] as const) {
    const said = await client.call('emotion.feedback', { body: { turn_id: turnId, emotion } })
    expect(said).toMatchObject({ status: 201, body: { feedback: { turn_id: turnId, emotion } } })
  }
  const trends = await client.call('emotion.trends', { query: { period: 'year' } })
  expect(trends).toMatchObject({
    status: 200,
    body: { count: 3, average_polarity: 0.3, direction: 'steady' },
  })
  const points = trends.ok ? trends.body.points : []
  expect(points.at(-1)?.emotions).toMatchObject({ happy: 2, angry: 1, sad: 0 })
})

test('a week is meant unless another period is said', async () => {
  const { url } = await serve()
  const answer = await newPerson(url).client.call('emotion.trends', {})
  expect(answer).toMatchObject({ status: 200, body: { period: 'week', count: 0, average_polarity: null } })
})

test.each([
  ['/api/emotion/trends?period=century', {}, 400],
  ['/api/emotion/trends?period=day&period=week', {}, 400],
  ['/api/emotion/trends?since=1', {}, 400],
  ['/api/emotion/trends', { authorization: '' }, 401],
  ['/api/emotion/trends', { authorization: 'Bearer not.a.token' }, 401],
])('%s with %j is %i in the one error shape', async (path, more, status) => {
  const { url } = await serve()
  const { headers } = newPerson(url)
  const answer = await fetch(url + path, { headers: { ...headers, ...more } })
  expect(answer.status).toBe(status)
  expect(Object.keys((await answer.json()) as object)).toEqual(['error', 'code', 'message', 'request_id'])
})
