import { INTERNAL_PATHS } from '@emotibot/contracts'
import { Line } from '@emotibot/service-store/testing'
import { expect, it, onTestFinished } from 'vitest'
import { REPLY, startNeighbours } from './testing/neighbour-server.ts'
import {
  history,
  newConversation,
  ownedStore,
  say,
  sayTurn,
  signedIn,
  startConversation,
} from './testing/start-conversation.ts'

const DEADLINES = { EMOTIBOT_EMOTION_DEADLINE_MS: '500', EMOTIBOT_REPLY_DEADLINE_MS: '1000' }
const SOON = { timeout: 30_000, interval: 100 }

it('without its database the service answers 503, is not ready, lives, and recovers, what is pending too', async () => {
  const [neighbours, store] = [await startNeighbours(), await ownedStore()]
  const line = new Line(store.url)
  const url = await line.open()
  onTestFinished(() => line.cut())
  const service = await startConversation(
    { ...DEADLINES, EMOTIBOT_INTERNAL_URL: neighbours.url },
    { ...store, url },
  )
  const ann = signedIn(service)
  const id = await newConversation(ann)
  const statusOf = async (path: string) => (await fetch(service.url + path)).status
  expect(await statusOf(INTERNAL_PATHS.ready)).toBe(200)
  neighbours.fail('/api/ai/reply')
  await sayTurn(ann, id, 'hello', { prefer: 'respond-async' })
  line.cut()
  expect(await say(ann, id, 'hello')).toMatchObject({ status: 503, body: { code: 'BUSY' } })
  expect(await statusOf(INTERNAL_PATHS.ready)).toBe(503)
  expect(await statusOf(INTERNAL_PATHS.live)).toBe(200)
  neighbours.mend()
  await line.open()
  await expect.poll(async () => (await say(ann, id, 'hello')).status, SOON).toBe(201)
  await expect.poll(async () => (await history(ann, id)).turns[0]?.bot_message, SOON).toBe(REPLY)
})
