import { expect, it } from 'vitest'
import {
  type Conversation,
  newConversation,
  type SignedIn,
  say,
  signedIn,
  startConversation,
} from './testing/start-conversation.ts'

const SOON = { timeout: 20_000, interval: 50 }
const TABLES = ['conversations', 'messages', 'conversation_idempotency_keys'] as const

/** How many rows each table has of a user. */
async function rowsOf({ store }: Conversation, { userId }: SignedIn): Promise<number[]> {
  const counted = TABLES.map(async (table) => {
    const [row] =
      await store.sql`select count(*)::int as rows from ${store.sql(table)} where user_id = ${userId}`
    return Number(row?.['rows'])
  })
  return Promise.all(counted)
}

async function talker(service: Conversation, turns = 1): Promise<SignedIn> {
  const user = signedIn(service)
  const id = await newConversation(user)
  const headers = { prefer: 'respond-async' }
  for (let at = 0; at < turns; at++) await say(user, id, `${at}`, { ...headers, 'idempotency-key': `k${at}` })
  return user
}

const depart = ({ store }: Conversation, { userId }: SignedIn, partition = userId) =>
  store.sql`insert into departed_users (user_id, partition) values (${userId}, ${partition})`

it('a user who departed writes and reads nothing any more, and what they had is removed', async () => {
  const service = await startConversation()
  const [ann, bob] = [await talker(service, 210), await talker(service)]
  await depart(service, ann)
  const answers = [
    await ann.client.call('conversation.create', { body: {} }),
    await ann.client.call('conversation.list', {}),
  ]
  for (const answer of answers)
    expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
  await expect.poll(() => rowsOf(service, ann), SOON).toEqual([0, 0, 0])
  expect(await rowsOf(service, bob)).toEqual([1, 1, 1])
  expect(await service.store.sql`select 1 from tombstones where entity = 'turn'`).toHaveLength(210)
})

it('a write that began before its user departed is refused in its transaction', async () => {
  const service = await startConversation()
  const ann = await talker(service)
  const bob = await talker(service)
  const { writing } = await service.store.sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtextextended('emotibot group conversation', 0))`
    const begun = ann.client.call('conversation.create', { body: {} })
    await expect.poll(() => service.store.countWaiting(), SOON).toBeGreaterThan(0)
    await tx`insert into departed_users (user_id, partition) values (${ann.userId}, '')`
    return { writing: begun }
  })
  expect((await writing).status).toBe(401)
  await expect.poll(() => rowsOf(service, ann), SOON).toEqual([0, 0, 0])
  expect(await rowsOf(service, bob)).toEqual([1, 1, 1])
})

it('what the other side owns of one who departed is left to the other side', async () => {
  const service = await startConversation()
  const [ann, bob] = [await talker(service), await talker(service)]
  await service.store.own('conversation', { low: 0, high: 0, allow: [bob.userId], deny: [] })
  for (const user of [ann, bob]) await depart(service, user)
  await expect.poll(() => rowsOf(service, bob), SOON).toEqual([0, 0, 0])
  expect(await rowsOf(service, ann)).toEqual([1, 1, 1])
})
