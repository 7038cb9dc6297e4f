import { BATCH_ITEM_ERROR, createClient } from '@emotibot/contracts'
import { loadConfig } from '@emotibot/service-kit'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { createApp } from './app.ts'
import { configSchema } from './config.ts'
import { startEmotion, testStore } from './testing/start-emotion.ts'

let url: string

beforeAll(async () => {
  const app = await createApp(loadConfig(configSchema, { EMOTIBOT_LOG_LEVEL: 'silent' }))
  url = (await app.listen()).main ?? ''
  return () => app.close()
})

async function post(path: string, body: string) {
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  return { status: answer.status, body: await answer.json() }
}

test('answers an analysis whatever token comes along', async () => {
  const client = createClient({ baseUrl: url, headers: () => ({ authorization: 'Bearer not.a.token' }) })
  const answer = await client.call('emotion.analyze', { body: { text: 'I am very happy' } })
  expect(answer).toMatchObject({ status: 200, body: { emotion: 'happy', confidence: 0.8571 } })
})

test('answers a batch in order, a bad text with its own error', async () => {
  const client = createClient({ baseUrl: url })
  const texts = ['glad', null, ' ', 'a\u0000', '\ud800', 'x'.repeat(10_001), 'scared']
  const answer = await client.call('emotion.batch', { body: { texts } })
  if (!answer.ok) throw new Error(answer.body.message)
  const labels = answer.body.results.map(({ analysis, error }) => analysis?.emotion ?? error)
  expect(labels).toEqual(['happy', ...Array.from({ length: 5 }, () => BATCH_ITEM_ERROR), 'fearful'])
})

test('lets others be answered while a thousand long texts are judged', async () => {
  const texts = Array.from({ length: 1_000 }, () => 'I was not happy but very sad, ’then’ wow! '.repeat(200))
  let isDone = false
  const batch = post('/api/emotion/analyze/batch', JSON.stringify({ texts })).then(() => {
    isDone = true
  })
  let answeredMeanwhile = 0
  while (!isDone) {
    await fetch(`${url}/health/live`)
    if (!isDone) answeredMeanwhile++
  }
  await batch
  expect(answeredMeanwhile).toBeGreaterThan(3)
})

test.each([
  ['/api/emotion/analyze', 'null', 400],
  ['/api/emotion/analyze', '{"text":[]}', 400],
  ['/api/emotion/analyze', '{"text":"\\ud800"}', 400],
  ['/api/emotion/analyze', '{', 400],
  ['/api/emotion/analyze', JSON.stringify({ text: 'x'.repeat(300_000) }), 413],
  ['/api/emotion/analyze/batch', '{"texts":[]}', 400],
  ['/api/emotion/analyze/batch', JSON.stringify({ texts: Array.from({ length: 1_001 }, () => 'a') }), 400],
  ['/api/emotion/trends', '{}', 404],
])('%s answers %.20s with %i in the one error shape', async (path, body, status) => {
  const answer = await post(path, body)
  expect(answer.status).toBe(status)
  expect(Object.keys(answer.body)).toEqual(['error', 'code', 'message', 'request_id'])
})

test('says which routes it answers, and that it is ready', async () => {
  const about = await (await fetch(`${url}/internal/about`)).json()
  expect(about).toMatchObject({ name: 'emotion', routes: ['emotion.analyze', 'emotion.batch'] })
  expect((await fetch(`${url}/health/ready`)).status).toBe(200)
})

test('stops cleanly and starts again', async () => {
  const app = await createApp(loadConfig(configSchema, { EMOTIBOT_LOG_LEVEL: 'silent' }))
  onTestFinished(() => app.close())
  const { main = '' } = await app.listen()
  expect((await fetch(`${main}/health/live`)).status).toBe(200)
})

test('with a database it needs the secret that tokens are verified with, and says so', async () => {
  const config = loadConfig(configSchema, { EMOTION_DATABASE_URL: 'postgres://127.0.0.1:1/none' })
  await expect(createApp(config)).rejects.toThrow('LEGACY_JWT_SECRET must be set')
})

test('with a database it says that it answers the stored routes too', async () => {
  const { url: stored } = await startEmotion((await testStore()).url)
  const about = await (await fetch(`${stored}/internal/about`)).json()
  expect(about).toMatchObject({
    routes: ['emotion.analyze', 'emotion.batch', 'emotion.trends', 'emotion.feedback'],
  })
})
