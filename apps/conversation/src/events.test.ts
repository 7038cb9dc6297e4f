import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { EVENTS, EVENTS_PATH, type EventBatch, EventEnvelope, type EventName } from '@emotibot/contracts'
import { createCheck, verifyServiceToken } from '@emotibot/service-kit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { eventOf, type ToldTurn } from './events.ts'
import { EMOTION, REPLY, startNeighbours } from './testing/neighbour-server.ts'
import {
  newConversation,
  SECRET,
  say,
  sayTurn,
  signedIn,
  startConversation,
} from './testing/start-conversation.ts'

const AT = '2026-01-02T03:04:05.678Z'
const entry = {
  entity: 'turn',
  key: 't1',
  origin: 'monolith',
  cause: 'write',
  partition: 'ann',
  at: AT,
} as const
const turn: ToldTurn = {
  turnId: 't1',
  conversationId: 'c1',
  userId: 'u1',
  ownerKey: 'ann',
  text: 'hello',
  reply: REPLY,
  detectedEmotion: null,
  confidence: null,
  polarity: null,
  subjectivity: null,
  saidAt: '2020-05-01 18:22:41.123456',
  timeKey: '2020-05-01T18:22:41.123Z',
  replyStatus: 'complete',
  revision: 7,
}
const isEnvelope = createCheck(EventEnvelope)
const isDataOf = (name: string, data: unknown) => createCheck(EVENTS[name as EventName])(data)

describe('what is told of a turn that changed', () => {
  it('is the turn as every route answers it, under the id of its revision', () => {
    const event = eventOf(entry, turn)
    expect(event).toMatchObject({
      event_id: 't1.7',
      name: 'conversation.turn_recorded.v1',
      partition: 'ann',
      occurred_at: AT,
      data: {
        user_id: 'u1',
        revision: 7,
        turn: { bot_message: REPLY, timestamp: '2020-05-01T18:22:41.123Z' },
      },
    })
    expect([isEnvelope(event), isDataOf(event?.name ?? '', event?.data)]).toEqual([true, true])
  })

  it('is that it was deleted, where it is not there', () => {
    const event = eventOf(entry, null)
    expect(event).toMatchObject({
      event_id: 't1.deleted',
      name: 'conversation.turn_deleted.v1',
      partition: 'ann',
      data: { turn_id: 't1' },
    })
    expect([isEnvelope(event), isDataOf(event?.name ?? '', event?.data)]).toEqual([true, true])
  })

  it('is nothing where it is of nobody', () => {
    expect(eventOf(entry, { ...turn, userId: null })).toBeNull()
    expect(eventOf(entry, { ...turn, conversationId: null })).toBeNull()
  })
})

/** A service that takes all events in. */
async function startSubscriber() {
  const batches: EventBatch[] = []
  const http = createServer(async (request, response) => {
    const token = request.headers.authorization?.replace('Bearer ', '') ?? ''
    await verifyServiceToken(token, { secret: SECRET, audience: 'emotion', callers: ['conversation'] })
    if (request.url === EVENTS_PATH)
      batches.push(JSON.parse(Buffer.concat(await request.toArray()).toString()) as EventBatch)
    response.writeHead(204).end()
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  onTestFinished(() => {
    http.closeAllConnections()
    http.close()
  })
  const { port } = http.address() as AddressInfo
  return {
    subscribers: `emotion=http://127.0.0.1:${port}`,
    events: () => batches.flatMap(({ events }) => events),
  }
}

const SOON = { timeout: 20_000, interval: 50 }

it('every change of a turn reaches who listens, in order, with what was written by the mover', async () => {
  const [neighbours, subscriber] = [await startNeighbours(), await startSubscriber()]
  const env = { EMOTIBOT_INTERNAL_URL: neighbours.url, EMOTIBOT_EVENT_SUBSCRIBERS: subscriber.subscribers }
  const service = await startConversation(env)
  const ann = signedIn(service)
  const id = await newConversation(ann)
  neighbours.fail(EMOTION)
  const { id: turn_id } = await sayTurn(ann, id, 'alas')
  const told = () =>
    subscriber
      .events()
      .map(({ event_id, data }) => [
        event_id,
        (data as { turn?: { detected_emotion: string; bot_message: string | null } }).turn?.detected_emotion,
      ])
  await expect.poll(told, SOON).toContainEqual([`${turn_id}.2`, 'neutral'])
  neighbours.mend()
  await expect.poll(told, SOON).toContainEqual([`${turn_id}.3`, 'sad'])
  await ann.client.call('conversation.delete_turn', { params: { id, turn_id } })
  await expect.poll(told, SOON).toContainEqual([`${turn_id}.deleted`, undefined])
  expect((await say(ann, id, 'and on')).status).toBe(201)
  const last = subscriber
    .events()
    .filter(({ event_id }) => event_id.startsWith(turn_id))
    .at(-1)
  expect(last).toMatchObject({ name: 'conversation.turn_deleted.v1', partition: ann.userId })
  expect(subscriber.events().every((event) => isEnvelope(event) && isDataOf(event.name, event.data))).toBe(
    true,
  )
})

it('a subscriber that is no URL is refused at the start, by the name of its setting', async () => {
  await expect(startConversation({ EMOTIBOT_EVENT_SUBSCRIBERS: 'emotion' })).rejects.toThrow(
    'EMOTIBOT_EVENT_SUBSCRIBERS "emotion" is no subscriber',
  )
})
