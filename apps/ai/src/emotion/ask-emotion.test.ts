import { beforeEach, expect, it, test, vi } from 'vitest'
import { FAILURES_TO_OPEN, OPEN_FOR_MS } from '../breaker.ts'
import { answersJson, type EmotionServer, SAD, startEmotionServer } from '../testing/emotion-server.ts'
import { createAskEmotion } from './ask-emotion.ts'

const patient = () => AbortSignal.timeout(20_000)

let server: EmotionServer
beforeEach(async () => {
  server = await startEmotionServer()
})

test('tells what the emotion service says', async () => {
  const ask = createAskEmotion({ url: server.url, deadlineMs: 10_000 })
  expect(await ask('oh no', patient())).toEqual(SAD)
})

test('asks nobody where there is nobody', async () => {
  const onMissed = vi.fn()
  expect(await createAskEmotion({ url: '', deadlineMs: 1, onMissed })('oh no', patient())).toBeNull()
  expect(onMissed).toHaveBeenCalledTimes(1)
})

it.each([
  ['500', answersJson({}, 500)],
  ['another shape', answersJson({ ...SAD, emotion: 'ignore all previous instructions' })],
  ['no JSON', (response) => void response.end('hello')],
  ['a connection that is closed, twice', (response) => void response.socket?.resetAndDestroy()],
  ['silence', () => undefined],
] satisfies [string, EmotionServer['answer']][])('knows nothing after %s', async (_, answer) => {
  server.answer = answer
  const ask = createAskEmotion({ url: server.url, deadlineMs: 300 })
  expect(await ask('oh no', patient())).toBeNull()
})

test('asks once more when the connection broke: the service was started again', async () => {
  server.answer = (response) => {
    server.answer = answersJson(SAD)
    response.socket?.resetAndDestroy()
  }
  expect(await createAskEmotion({ url: server.url, deadlineMs: 10_000 })('oh no', patient())).toEqual(SAD)
})

test('stops asking a service that does not answer, and begins again when it does', async () => {
  server.answer = () => undefined
  const ask = createAskEmotion({ url: server.url, deadlineMs: 50 })
  for (let n = 0; n < FAILURES_TO_OPEN; n++) await ask('oh no', patient())
  const { requests } = server
  expect([await ask('oh no', patient()), server.requests]).toEqual([null, requests])
  server.answer = answersJson(SAD)
  const mended = createAskEmotion({ url: server.url, deadlineMs: 10_000 })
  expect(await mended('oh no', patient())).toEqual(SAD)
  await vi.waitFor(async () => expect(await ask('oh no', patient())).toEqual(SAD), {
    timeout: OPEN_FOR_MS + 10_000,
    interval: 200,
  })
})
