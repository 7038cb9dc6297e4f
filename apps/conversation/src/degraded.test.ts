import { CRISIS_REPLY } from '@emotibot/contracts'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  answersJson,
  EMOTION,
  type NeighbourServer,
  REPLIED,
  REPLIES_TO,
  REPLY,
  SAD,
  startNeighbours,
} from './testing/neighbour-server.ts'
import {
  type Conversation,
  history,
  newConversation,
  type SignedIn,
  sayTurn,
  search,
  signedIn,
  startConversation,
} from './testing/start-conversation.ts'

let neighbours: NeighbourServer
let service: Conversation
let ann: SignedIn
let id: string
beforeEach(async () => {
  neighbours = await startNeighbours()
  service = await startConversation({
    EMOTIBOT_INTERNAL_URL: neighbours.url,
    EMOTIBOT_EMOTION_DEADLINE_MS: '300',
    EMOTIBOT_REPLY_DEADLINE_MS: '500',
    EMOTIBOT_REPLY_WAIT_MS: '2000',
  })
  ann = signedIn(service)
  id = await newConversation(ann)
})

const SOON = { timeout: 20_000, interval: 50 }
const turnNow = async () => (await history(ann, id)).turns[0]
const revisions = async () => {
  const rows = await service.store.sql`select revision::int as revision from messages where role = 'user'`
  return rows.map(({ revision }) => revision)
}
const leases = () => service.store.sql`select turn_id from turn_leases`

const neutral = { detected_emotion: 'neutral', confidence: 0, polarity: 0, subjectivity: 0 }

describe('while emotion', () => {
  it.each(['hang', 'fail'] as const)(
    'does %s, a turn is neutral, has its reply, and is corrected later',
    async (how) => {
      neighbours[how](EMOTION)
      expect(await sayTurn(ann, id, 'alas')).toMatchObject({ ...neutral, bot_message: REPLY })
      expect(await revisions()).toEqual([2])
      neighbours.mend()
      await expect.poll(turnNow, SOON).toMatchObject({ detected_emotion: 'sad', polarity: SAD.polarity })
      expect(await turnNow()).toMatchObject({ bot_message: REPLY, reply_status: 'complete' })
      expect(await revisions()).toEqual([3])
      await expect.poll(leases, SOON).toHaveLength(0)
    },
  )

  it('is dead, sends do not wait for it but for a probe now and then', async () => {
    neighbours.hang(EMOTION)
    for (let at = 0; at < 8; at++) await sayTurn(ann, id, `number ${at}`)
    const waited = [0, 1, 2, 3, 4, 5, 6, 7].filter((at) => neighbours.count(EMOTION, `number ${at}`) > 0)
    expect(waited.length).toBeGreaterThan(0)
    expect(waited.length).toBeLessThan(5)
  })

  it('says what no contract has, the turn is neutral for now', async () => {
    neighbours.answers[EMOTION] = answersJson({ ...SAD, emotion: 'joy' })
    expect(await sayTurn(ann, id, 'alas')).toMatchObject(neutral)
  })

  it('refuses a text for good, the turn stays neutral and is not asked about again', async () => {
    neighbours.answers[EMOTION] = answersJson({ code: 'BAD_REQUEST' }, 400)
    expect(await sayTurn(ann, id, 'alas')).toMatchObject(neutral)
    const [row] = await service.store.sql`select emotion_status from messages where role = 'user'`
    expect(row).toEqual({ emotion_status: 'complete' })
  })
})

describe('while ai', () => {
  it.each(['hang', 'fail'] as const)(
    'does %s, a turn is pending, and its reply is delivered later',
    async (how) => {
      neighbours[how](REPLIES_TO)
      const pending = { bot_message: null, reply_status: 'pending', detected_emotion: 'sad' }
      expect(await sayTurn(ann, id, 'hello')).toMatchObject(pending)
      neighbours.mend()
      await expect.poll(turnNow, SOON).toMatchObject({ bot_message: REPLY, reply_status: 'complete' })
      expect((await search(ann, 'hard sou')).turns).toHaveLength(1)
      expect(await revisions()).toEqual([2])
      expect(await leases()).toHaveLength(0)
    },
  )

  it('is dead, words of crisis are answered with help all the same, and nobody is asked', async () => {
    neighbours.hang(REPLIES_TO)
    expect(await sayTurn(ann, id, 'I want to die')).toMatchObject({ bot_message: CRISIS_REPLY })
    expect(neighbours.count(REPLIES_TO)).toBe(0)
  })

  it('refuses a text for good, the turn is failed and not asked about again', async () => {
    neighbours.answers[REPLIES_TO] = answersJson({ code: 'BAD_REQUEST' }, 400)
    expect(await sayTurn(ann, id, 'hello')).toMatchObject({ bot_message: null, reply_status: 'failed' })
    expect(await leases()).toHaveLength(0)
  })
})

describe('a reply that comes', () => {
  const held = () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    neighbours.answers[REPLIES_TO] = async (response, asked) => {
      await promise
      answersJson(REPLIED)(response, asked)
    }
    return resolve
  }
  const async = { prefer: 'respond-async' }
  const asked = () => neighbours.count(REPLIES_TO)

  it('when its turn is gone is dropped', async () => {
    const release = held()
    const { id: turn_id } = await sayTurn(ann, id, 'hello', async)
    await expect.poll(asked).toBe(1)
    await ann.client.call('conversation.delete_turn', { params: { id, turn_id } })
    release()
    await expect.poll(leases, SOON).toHaveLength(0)
    expect(await service.store.sql`select 1 from messages`).toHaveLength(0)
  })

  it('when the partition is owned by the other side is discarded, and comes again with the partition', async () => {
    const bob = signedIn(service)
    const bobs = await newConversation(bob)
    const release = held()
    await sayTurn(ann, id, 'hello', async)
    await expect.poll(asked).toBe(1)
    await service.store.own('conversation', { low: 0, high: 0, allow: [bob.userId], deny: [] })
    release()
    neighbours.fail(REPLIES_TO)
    await sayTurn(bob, bobs, 'swept up', async)
    await expect.poll(() => neighbours.count(REPLIES_TO, 'swept up')).toBe(1)
    await service.store.sql`update turn_leases set until = now()`
    neighbours.mend()
    await expect.poll(async () => (await history(bob, bobs)).turns[0]?.bot_message, SOON).toBe(REPLY)
    expect(await turnNow()).toMatchObject({ reply_status: 'pending' })
    expect(neighbours.count(REPLIES_TO, 'hello')).toBe(1)
    await service.store.own('conversation', { low: 0, high: 100, allow: [], deny: [] })
    await expect.poll(turnNow, SOON).toMatchObject({ bot_message: REPLY })
  })
})
