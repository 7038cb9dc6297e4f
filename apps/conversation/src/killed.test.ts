import { expect, it } from 'vitest'
import {
  answersJson,
  EMOTION,
  REPLIED,
  REPLIES_TO,
  REPLY,
  startNeighbours,
} from './testing/neighbour-server.ts'
import {
  history,
  newConversation,
  ownedStore,
  sayTurn,
  signedIn,
  startConversation,
} from './testing/start-conversation.ts'
import { startProcess } from './testing/start-process.ts'

const SOON = { timeout: 50_000, interval: 100 }
const DEADLINES = { EMOTIBOT_EMOTION_DEADLINE_MS: '2000', EMOTIBOT_REPLY_DEADLINE_MS: '4000' }
/** Leases have to run out. */
const LONG = { timeout: 120_000 }
const async = { prefer: 'respond-async' }

async function start() {
  const [neighbours, store] = [await startNeighbours(), await ownedStore()]
  return { neighbours, store, env: { ...DEADLINES, EMOTIBOT_INTERNAL_URL: neighbours.url } }
}

it('a process that is killed with replies pending leaves them to another, once each', LONG, async () => {
  const { neighbours, store, env } = await start()
  neighbours.hang(REPLIES_TO)
  const first = await startProcess(store, env)
  const ann = signedIn(first)
  const id = await newConversation(ann)
  const texts = Array.from({ length: 30 }, (_, at) => `number ${at}`)
  await Promise.all(texts.map((text) => sayTurn(ann, id, text, async)))
  const others = [await startProcess(store, env), await startProcess(store, env)]
  await first.kill()
  // Slower than the other process looks for what is pending.
  neighbours.answers[REPLIES_TO] = (response, asked) =>
    void setTimeout(() => answersJson(REPLIED)(response, asked), 1_500)
  neighbours.asked.length = 0
  const again = signedIn(others[0]!, ann.userId)
  const complete = async () =>
    (await history(again, id)).turns.filter(({ bot_message }) => bot_message === REPLY).length
  await expect.poll(complete, SOON).toBe(30)
  expect(texts.map((text) => neighbours.count(REPLIES_TO, text))).toEqual(texts.map(() => 1))
  const rows = await store.sql`select revision::int as revision from messages where role = 'user'`
  expect(rows.every(({ revision }) => revision === 2)).toBe(true)
})

it(
  'killed while many talk, a service has every turn it answered, once, and each gets its reply',
  LONG,
  async () => {
    const { neighbours, store, env } = await start()
    const first = await startProcess(store, env)
    const ann = signedIn(first)
    const id = await newConversation(ann)
    const acknowledged: string[] = []
    const talk = async (name: string) => {
      for (let at = 0; ; at++) {
        const text = `${name} ${at}`
        await sayTurn(ann, id, text)
        acknowledged.push(text)
      }
    }
    const talkers = ['a', 'b', 'c', 'd'].map((name) => talk(name).catch(() => undefined))
    await expect.poll(() => acknowledged.length, SOON).toBeGreaterThan(40)
    neighbours.hang(EMOTION)
    await first.kill()
    await Promise.all(talkers)
    neighbours.mend()
    const second = await startConversation(env, store)
    const again = signedIn(second, ann.userId)
    const held = async () => (await history(again, id, { limit: 200 })).turns
    await expect
      .poll(
        async () =>
          (await held()).every((turn) => turn.bot_message === REPLY && turn.detected_emotion === 'sad'),
        SOON,
      )
      .toBe(true)
    const texts = (await held()).map(({ user_message }) => user_message)
    expect(new Set(texts).size).toBe(texts.length)
    expect(acknowledged.filter((text) => !texts.includes(text))).toEqual([])
  },
)

it(
  'a process that was frozen for longer than its lease overwrites nothing when it goes on',
  LONG,
  async () => {
    const { neighbours, store, env } = await start()
    neighbours.answers[REPLIES_TO] = (response, asked) => {
      const isFirst = neighbours.count(REPLIES_TO) === 1
      if (isFirst) slow.freeze()
      answersJson(isFirst ? { ...REPLIED, bot_message: 'late' } : REPLIED)(response, asked)
    }
    const slow = await startProcess(store, env)
    const ann = signedIn(slow)
    const id = await newConversation(ann)
    // Whoever asked a frozen process may be told that its store did not answer in time.
    const sending = sayTurn(ann, id, 'hello', async).catch(() => undefined)
    await expect.poll(() => neighbours.count(REPLIES_TO), SOON).toBe(1)
    const other = await startConversation(env, store)
    const again = signedIn(other, ann.userId)
    const reply = async () => (await history(again, id)).turns[0]?.bot_message
    await expect.poll(reply, SOON).toBe(REPLY)
    slow.thaw()
    await sending
    await expect.poll(async () => (await history(ann, id)).turns[0]?.bot_message, SOON).toBe(REPLY)
    expect((await sayTurn(ann, id, 'are you there?')).user_message).toBe('are you there?')
    expect(await reply()).toBe(REPLY)
  },
)
