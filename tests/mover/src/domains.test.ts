// Every domain with data beside auth, on real stores: people write on both sides, ownership moves under them, and the mover
// is killed again and again.
import { setTimeout as delay } from 'node:timers/promises'
import { bucketOf, createClient, fold } from '@emotibot/contracts'
import { createTestDatabase } from '@emotibot/db/testing'
import {
  type CarvedDomain,
  type CarvedOutStack,
  signIn,
  startPrivatePostgres,
  startStack,
  type TestUser,
  uniqueName,
  until,
} from '@emotibot/testkit'
import { expect, it, onTestFinished } from 'vitest'
import { createChatter } from './chatter.ts'

const HALF = 50
/** Generous, for a machine that has other work too. */
const WITHIN_MS = 60_000
/** Between two things that somebody does. */
const PAUSE_MS = 40

/** On a Postgres that is nobody else's: another's long transaction would hold up the feeds. */
async function start<D extends CarvedDomain>(...domains: readonly D[]): Promise<CarvedOutStack<D>> {
  const { createDatabase, close } = await startPrivatePostgres()
  onTestFinished(close)
  const stack = await startStack({ processes: true, carvedOut: domains, createDatabase })
  onTestFinished(() => stack.close())
  return stack
}

/** So many, half of them with a bucket below the half. */
async function people(stack: CarvedOutStack<never>, count: number): Promise<TestUser[]> {
  return Promise.all(
    Array.from({ length: count }, (_, at) => {
      let username = uniqueName()
      while (bucketOf(fold(username)) < HALF !== (at % 2 === 0)) username = uniqueName()
      return stack.createUser({ username })
    }),
  )
}

/** Both sides are there, hold the same, and nothing was set aside or in conflict. */
async function expectEqual(stack: CarvedOutStack<never>, domain: CarvedDomain): Promise<void> {
  await stack.untilInStep()
  await stack.verify(domain)
  const report = await until(`${domain} is compared`, async () => {
    const found = (await stack.carveOuts()).carve_outs.find((one) => one.domain === domain)
    return found?.verify?.state === 'running' ? null : found
  })
  expect(report.verify).toMatchObject({ state: 'done', difference_count: 0, unsettled: 0 })
  for (const feed of report.feeds) expect(feed).toMatchObject({ set_aside_count: 0, conflicts: 0 })
}

const WAY = [
  ['canary', HALF],
  ['service', undefined],
  ['canary', HALF],
  ['monolith', undefined],
  ['canary', HALF],
] as const

/** Moves the half, everything, the half, nothing; the mover is killed before each. */
async function moveAbout(stack: CarvedOutStack<never>, domain: CarvedDomain): Promise<void> {
  for (const [stage, share] of WAY) {
    await stack.mover.restart()
    // Refused while the mover has not looked at its stores yet, and while a feed is behind.
    await until(`${domain} is at ${stage}`, () => stack.flip([domain], stage, share), WITHIN_MS)
  }
}

it('conversation loses nothing of what people write on both sides, while they are moved and the mover is killed', async () => {
  const stack = await start('conversation')
  const users = await people(stack, 6)
  const chatters = users.map((user) => createChatter(stack.facade.url, user))
  let isOver = false
  const chatting = chatters.map(async (chatter) => {
    while (!isOver) {
      await chatter.act(Math.random())
      await delay(PAUSE_MS)
    }
  })
  const moving = moveAbout(stack, 'conversation').finally(() => {
    isOver = true
  })
  await Promise.all([moving, ...chatting])
  const acknowledged = chatters.reduce((sum, chatter) => sum + chatter.acknowledged(), 0)
  expect(acknowledged).toBeGreaterThan(100)
  await expectEqual(stack, 'conversation')
  for (const chatter of chatters) expect(await chatter.findFault()).toBeNull()
  await stack.rollback({ names: ['conversation'] })
  for (const chatter of chatters) expect(await chatter.findFault()).toBeNull()
}, 300_000)

it('emotion keeps the last word of everybody on their turns, while they are moved and the mover is killed', async () => {
  const stack = await start('conversation', 'emotion')
  const users = await people(stack, 4)
  const emotions = ['happy', 'sad', 'angry'] as const
  let isOver = false
  const lastWords = users.map(async (user, at) => {
    const turnId = await sayOneThing(stack, user)
    const client = stack.client(user)
    let word: string | null = null
    for (let times = at; !isOver || word === null; times++) {
      const emotion = emotions[times % 3] ?? 'sad'
      const answer = await client.call('emotion.feedback', { body: { turn_id: turnId, emotion } })
      if (answer.ok) word = answer.body.feedback.emotion
      await delay(PAUSE_MS)
    }
    return [turnId, word] as const
  })
  const moving = moveAbout(stack, 'emotion').finally(() => {
    isOver = true
  })
  const [, ...words] = await Promise.all([moving, ...lastWords])
  await expectEqual(stack, 'emotion')
  expect(words.filter(([, word]) => word !== null)).toHaveLength(4)
}, 300_000)

async function sayOneThing(stack: CarvedOutStack<never>, user: TestUser): Promise<string> {
  const client = stack.client(user)
  const made = await client.call('conversation.create', { body: {} })
  if (!made.ok) throw new Error(made.body.message)
  const params = { id: made.body.conversation.id }
  const sent = await client.call('conversation.send', { params, body: { text: 'I am fine' } })
  if (!sent.ok) throw new Error(sent.body.message)
  return sent.body.turn.id
}

it('a domain whose database is down costs that domain only: the others are moved, and flip', async () => {
  const postgres = await startPrivatePostgres()
  onTestFinished(() => postgres.close())
  let made = 0
  // After the ledger's and auth's, conversation's.
  const createDatabase = () => (++made === 3 ? postgres.createDatabase() : createTestDatabase())
  const stack = await startStack({ processes: true, carvedOut: ['auth', 'conversation'], createDatabase })
  onTestFinished(() => stack.close())
  const user = await stack.createUser()
  await postgres.kill()
  await until('auth has moved', () => stack.flip(['auth'], 'service'), WITHIN_MS)
  expect((await signIn(stack.facade.url, user)).userId).toBe(user.userId)
  await expect(stack.flip(['conversation'], 'service')).rejects.toThrow()
  await stack.mover.restart()
  await until('auth is back', () => stack.rollback({ names: ['auth'] }), WITHIN_MS)
  expect((await signIn(stack.facade.url, user)).userId).toBe(user.userId)
  await postgres.restart()
  await until('conversation moves', () => stack.flip(['conversation'], 'service'), WITHIN_MS)
}, 300_000)

it('whoever deletes their account is gone from a service that owns their rows, and writes nothing there any more', async () => {
  const stack = await start('conversation')
  await stack.flip(['conversation'], 'service')
  const [user] = await people(stack, 1)
  if (!user) throw new Error('nobody')
  await sayOneThing(stack, user)
  const own = createClient({ baseUrl: stack.conversation.url, headers: () => user.bearer })
  const listed = async () => (await own.call('conversation.list', { query: {} })).body
  expect(await listed()).toMatchObject({ conversations: [{}] })
  expect((await stack.client(user).call('auth.delete', {})).status).toBe(204)
  await until('its writes are refused', async () => {
    return (await own.call('conversation.create', { body: {} })).status === 401
  })
  await until(
    'its rows are gone from both sides',
    async () => {
      const { carve_outs } = await stack.carveOuts()
      return carve_outs[0]?.backfill.every(({ total }) => total === 0)
    },
    30_000,
  )
  await expectEqual(stack, 'conversation')
}, 300_000)
