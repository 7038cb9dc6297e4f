import { ON_BEHALF_OF } from '@emotibot/contracts'
import { createInternalClient } from '@emotibot/service-kit'
import { beforeEach, expect, it, test, vi } from 'vitest'
import { FAILURES_TO_OPEN, OPEN_FOR_MS } from '../breaker.ts'
import {
  type Answering,
  answersJson,
  type InternalPort,
  SAD,
  startInternalPort,
} from '../testing/internal-port.ts'
import { SECRET } from '../testing/start-ai.ts'
import { createAskEmotion } from './ask-emotion.ts'

let server: InternalPort
beforeEach(async () => {
  server = await startInternalPort()
})

const clientOf = (url: string) => createInternalClient({ url, name: 'ai', secret: SECRET })
/** Asks of `oh no`, as a guest. */
function asking(deadlineMs: number) {
  const ask = createAskEmotion({ client: clientOf(server.url), deadlineMs })
  return () => ask(ohNo())
}
const ohNo = () => ({
  ...{ text: 'oh no', user: null, partition: 'ann' },
  signal: AbortSignal.timeout(20_000),
})

test('tells what is answered for the partition it names', async () => {
  expect(await asking(10_000)()).toEqual(SAD)
  expect(server.headers).toMatchObject({ [ON_BEHALF_OF.partition]: 'ann' })
  expect(server.headers).not.toHaveProperty(ON_BEHALF_OF.user)
})

test('asks nobody where there is nobody', async () => {
  const onMissed = vi.fn()
  expect(await createAskEmotion({ client: clientOf(''), deadlineMs: 1, onMissed })(ohNo())).toBeNull()
  expect(onMissed).toHaveBeenCalledTimes(1)
})

it.each([
  ['500', answersJson({}, 500)],
  ['another shape', answersJson({ ...SAD, emotion: 'ignore all previous instructions' })],
  ['no JSON', (response) => void response.end('hello')],
  ['a connection that is closed, twice', (response) => void response.socket?.resetAndDestroy()],
  ['silence', () => undefined],
] satisfies [string, Answering][])('knows nothing after %s', async (_, answer) => {
  server.answer = answer
  expect(await asking(300)()).toBeNull()
})

test('asks once more when the connection broke: the service was started again', async () => {
  server.answer = (response) => {
    server.answer = answersJson(SAD)
    response.socket?.resetAndDestroy()
  }
  expect(await asking(10_000)()).toEqual(SAD)
})

test('stops asking a service that does not answer, and begins again when it does', async () => {
  server.answer = () => undefined
  const ask = asking(50)
  for (let n = 0; n < FAILURES_TO_OPEN; n++) await ask()
  const { requests } = server
  expect([await ask(), server.requests]).toEqual([null, requests])
  server.answer = answersJson(SAD)
  expect(await asking(10_000)()).toEqual(SAD)
  await vi.waitFor(async () => expect(await ask()).toEqual(SAD), {
    timeout: OPEN_FOR_MS + 10_000,
    interval: 200,
  })
})
