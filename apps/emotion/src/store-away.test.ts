import { createClient } from '@emotibot/contracts'
import { Line } from '@emotibot/service-store/testing'
import { expect, onTestFinished, test } from 'vitest'
import { newPerson, onBehalfOf, startEmotion, testStore } from './testing/start-emotion.ts'
import { recorded, Teller } from './testing/teller.ts'

const analyze = (url: string) =>
  createClient({ baseUrl: url }).call('emotion.analyze', { body: { text: 'I am so happy' } })
const batch = (url: string) =>
  createClient({ baseUrl: url }).call('emotion.batch', { body: { texts: ['glad'] } })
function lineTo(url: string): Line {
  const line = new Line(url)
  onTestFinished(() => line.cut())
  return line
}
const healthOf = async (url: string, path: string) => (await fetch(`${url}/health/${path}`)).status
const feltStatus = async (url: string) =>
  (await fetch(`${url}/internal/felt`, { headers: await onBehalfOf('u-1') })).status

async function storedStatuses(url: string): Promise<number[]> {
  const { client } = newPerson(url)
  const [trends, feedback, felt, told] = await Promise.all([
    client.call('emotion.trends', {}),
    client.call('emotion.feedback', { body: { turn_id: 't-1', emotion: 'sad' } }),
    feltStatus(url),
    new Teller(url).send({ source: 'conversation', after: '', upTo: 'c.1', places: [], events: [] }),
  ])
  expect([trends, feedback].map(({ body }) => body)).toMatchObject([{ code: 'BUSY' }, { code: 'BUSY' }])
  expect(trends.headers.get('retry-after')).toBe('1')
  return [trends.status, feedback.status, felt, told]
}

async function expectPureRoutes(url: string): Promise<void> {
  expect([await analyze(url), await batch(url)]).toMatchObject([{ status: 200 }, { status: 200 }])
  expect([await healthOf(url, 'live'), await healthOf(url, 'ready')]).toEqual([200, 200])
}

test('a database that goes away costs the stored routes, and those only, until it is back', async () => {
  const store = await testStore()
  const line = lineTo(store.url)
  const { url } = await startEmotion(await line.open())
  const { client } = newPerson(url)
  expect((await client.call('emotion.trends', {})).status).toBe(200)
  line.cut()
  expect(await storedStatuses(url)).toEqual([503, 503, 503, 503])
  await expectPureRoutes(url)
  await line.open()
  const status = async () => (await client.call('emotion.trends', {})).status
  await expect.poll(status, { timeout: 10_000 }).toBe(200)
})

test('a database that hangs is given up on, and nothing is done late', async () => {
  const store = await testStore()
  const line = lineTo(store.url)
  const { url } = await startEmotion(await line.open())
  const { client, ...ann } = newPerson(url)
  await new Teller(url).tell([recorded(ann, { id: 't-1' })])
  line.freeze(true)
  const hung = client.call('emotion.feedback', { body: { turn_id: 't-1', emotion: 'sad' } })
  await expectPureRoutes(url)
  expect((await hung).status).toBe(503)
  line.freeze(false)
  const status = async () => (await client.call('emotion.trends', {})).status
  await expect.poll(status, { timeout: 10_000 }).toBe(200)
  expect(await store.sql`select 1 from feedback`).toEqual([])
})

test('the service starts while its database is away, and takes it up when it comes', async () => {
  const store = await testStore()
  const line = lineTo(store.url)
  const address = await line.open()
  line.cut()
  const { url } = await startEmotion(address)
  await expectPureRoutes(url)
  expect(await storedStatuses(url)).toEqual([503, 503, 503, 503])
  await line.open()
  const status = async () => (await newPerson(url).client.call('emotion.trends', {})).status
  await expect.poll(status, { timeout: 10_000 }).toBe(200)
})

test('the service starts while its database hangs', async () => {
  const store = await testStore()
  const line = lineTo(store.url)
  const address = await line.open()
  line.freeze(true)
  const { url, close } = await startEmotion(address)
  await expectPureRoutes(url)
  expect(await storedStatuses(url)).toEqual([503, 503, 503, 503])
  await close()
})
