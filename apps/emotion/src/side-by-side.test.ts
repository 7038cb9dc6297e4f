import { expect, test } from 'vitest'
import { newPerson, startEmotion, testStore } from './testing/start-emotion.ts'
import { recorded, Teller } from './testing/teller.ts'

test('several processes over one database take in and answer as one', async () => {
  const store = await testStore()
  const processes = await Promise.all([1, 2, 3].map(() => startEmotion(store.url)))
  const [first, second, third] = processes.map(({ url }) => url) as [string, string, string]
  const ann = newPerson(first)
  const teller = new Teller(first)
  const batch = teller.batch([recorded(ann, { id: 't-1', timestamp: new Date().toISOString() })])
  const tellers = processes.map(({ url }) => new Teller(url))
  const statuses = await Promise.all(tellers.map((other) => other.send(batch)))
  expect(new Set(statuses)).toEqual(new Set([204]))
  const key = { 'idempotency-key': 'k-1' }
  const body = { turn_id: 't-1', emotion: 'sad' } as const
  const said = await Promise.all(
    processes.map(({ url }) =>
      newPerson(url, ann.username).client.call('emotion.feedback', { body, headers: key }),
    ),
  )
  expect(new Set(said.map(({ body }) => JSON.stringify(body))).size).toBe(1)
  for (const url of [second, third]) {
    const trends = await newPerson(url, ann.username).client.call('emotion.trends', {})
    expect(trends).toMatchObject({ status: 200, body: { count: 1 } })
  }
  expect(await store.sql`select revision::int from feedback`).toEqual([{ revision: 1 }])
})

test('processes that start at once on a new database all come up', async () => {
  const store = await testStore({ ownsAll: false })
  await store.sql`drop schema public cascade`
  await store.sql`create schema public`
  const urls = await Promise.all([1, 2, 3].map(async () => (await startEmotion(store.url)).url))
  for (const url of urls) expect((await newPerson(url).client.call('emotion.trends', {})).status).toBe(200)
})
