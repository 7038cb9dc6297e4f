import { bucketOf, createClient, fold, type Turn } from '@emotibot/contracts'
import { connectSocket, signIn, uniqueName, until } from '@emotibot/testkit'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { startChatting } from './chatting.ts'
import { type Person, registerPerson, takeBody } from './person.ts'
import { withReplicated } from './replicated.ts'
import { bringBack, type Stage, setStage } from './stage.ts'

/** Breakers rest, retries back off, and the machine has other work too. */
const IN_TIME_MS = 60_000
const IN_TIME = { timeout: IN_TIME_MS, interval: 50 }
const CASE_MOST_MS = 240_000

let stage: Stage
let door: string
let ann: Person
beforeAll(async () => {
  stage = await setStage()
  door = stage.facade.url
})
afterAll(() => stage?.close())
beforeEach(async () => {
  ann = await registerPerson(door)
  await ann.say('Before anything happened')
})
afterEach(() => bringBack(stage))

const clientOf = ({ user }: Person) => createClient({ baseUrl: door, headers: () => user.bearer })
const textsOf = (turns: readonly Turn[]) => turns.map((turn) => turn.user_message)
const HAPPY = 'I am so happy today'
const ANSWERED = { detected_emotion: 'happy', reply_status: 'complete', bot_message: expect.any(String) }

describe.each(['emotion', 'ai', 'monolith', 'mover'] as const)('while %s is away', (name) => {
  it(
    'people sign in, see what was said, and say more, which is understood and answered',
    async () => {
      await stage[name].kill()
      await signIn(door, ann.user)
      const { id } = await ann.say(HAPPY)
      await expect.poll(() => ann.turn(id), IN_TIME).toMatchObject(ANSWERED)
      expect(textsOf(await ann.turns())).toEqual(['Before anything happened', HAPPY])
    },
    CASE_MOST_MS,
  )
})

describe('while emotion', () => {
  const analyze = async () => takeBody(await clientOf(ann).call('emotion.analyze', { body: { text: HAPPY } }))
  const trends = async () => takeBody(await clientOf(ann).call('emotion.trends', {}))

  it(
    'is away, texts are analyzed as before, trends are read, and feedback is put off',
    async () => {
      const before = await analyze()
      const { id } = await ann.say(HAPPY)
      await stage.emotion.kill()
      expect(await analyze()).toEqual(before)
      await expect.poll(async () => JSON.stringify(await trends()), IN_TIME).toContain('happy')
      const body = { turn_id: id, emotion: 'surprised' } as const
      const headers = { 'idempotency-key': crypto.randomUUID() }
      const tell = () => clientOf(ann).call('emotion.feedback', { body, headers })
      expect(await tell()).toMatchObject({ ok: false, status: 503 })
      await stage.emotion.restart()
      await expect.poll(tell, IN_TIME).toMatchObject({ ok: true })
    },
    CASE_MOST_MS,
  )

  it(
    'hangs, a turn is neutral for now and is put right later, and the page hears of it',
    async () => {
      const line = await connectSocket(door, { authorization: ann.user.bearer.authorization })
      onTestFinished(() => line.close())
      stage.emotion.freeze()
      onTestFinished(() => stage.emotion.thaw())
      const { id, ...stored } = await ann.say(HAPPY, { isReplyAwaited: false })
      expect(stored).toMatchObject({ detected_emotion: 'neutral', confidence: 0 })
      stage.emotion.thaw()
      await expect.poll(() => ann.turn(id), IN_TIME).toMatchObject(ANSWERED)
      const heard = () =>
        line.frames.flatMap((frame) =>
          (frame.type === 'turn.created' || frame.type === 'turn.updated') && frame.turn.id === id
            ? [{ revision: Number(frame.event_id.split('.')[1]), emotion: frame.turn.detected_emotion }]
            : [],
        )
      const isRight = () => heard().find(({ emotion }) => emotion === 'happy')
      const right = await until('the line tells the right emotion', isRight, IN_TIME_MS)
      expect(right.revision).toBeGreaterThan(1)
    },
    CASE_MOST_MS,
  )
})

describe('while whoever could reply', () => {
  it(
    'is away, a turn is stored and felt, and its reply is delivered when one of them is back',
    async () => {
      await Promise.all([stage.ai.kill(), stage.monolith.kill()])
      const { id, ...stored } = await ann.say(HAPPY)
      expect(stored).toMatchObject({ detected_emotion: 'happy', reply_status: 'pending', bot_message: null })
      expect(await ann.turn(id)).toMatchObject({ reply_status: 'pending' })
      await stage.ai.restart()
      await expect.poll(() => ann.turn(id), IN_TIME).toMatchObject(ANSWERED)
    },
    CASE_MOST_MS,
  )
})

describe('while auth is away', () => {
  it(
    'people who are signed in go on, and who signs in is told when to come back',
    async () => {
      await stage.auth.kill()
      const { id } = await ann.say(HAPPY)
      await expect.poll(() => ann.turn(id), IN_TIME).toMatchObject(ANSWERED)
      const { username, password } = ann.user
      const knock = () => createClient({ baseUrl: door }).call('auth.login', { body: { username, password } })
      await expect.poll(knock, IN_TIME).toMatchObject({ ok: false, status: 503 })
      expect((await knock()).headers.get('retry-after')).toMatch(/^\d+$/)
      await stage.auth.restart()
      await expect.poll(knock, IN_TIME).toMatchObject({ ok: true })
    },
    CASE_MOST_MS,
  )
})

describe('while conversation is away', () => {
  it(
    'people sign in and see what was said, from a monolith that is not far behind',
    async () => {
      const { id } = await ann.say(HAPPY)
      await expect.poll(() => ann.turn(id), IN_TIME).toMatchObject(ANSWERED)
      await stage.conversation.kill()
      await signIn(door, ann.user)
      await expect.poll(() => ann.turn(id), IN_TIME).toMatchObject(ANSWERED)
      expect(textsOf(await ann.turns())).toEqual(['Before anything happened', HAPPY])
    },
    CASE_MOST_MS,
  )

  it(
    'a send is told when to come back, and tried again under its key it is said once',
    async () => {
      await stage.conversation.kill()
      const key = crypto.randomUUID()
      const tryIt = () => ann.trySaying('Said once', { key })
      await expect.poll(tryIt, IN_TIME).toMatchObject({ ok: false, status: 503 })
      expect((await tryIt()).headers.get('retry-after')).toMatch(/^\d+$/)
      await stage.conversation.restart()
      await expect.poll(tryIt, IN_TIME).toMatchObject({ ok: true, status: 201 })
      const again = await Promise.all([tryIt(), tryIt()])
      expect(new Set(again.map((answer) => takeBody(answer).turn.id)).size).toBe(1)
      expect(textsOf(await ann.turns())).toEqual(['Before anything happened', 'Said once'])
    },
    CASE_MOST_MS,
  )
})

describe('while one of two front doors is away', () => {
  it(
    'the other one lets people in, and a turn is put right once services can ask each other again',
    async () => {
      const other = stage.facades[1]?.url ?? ''
      await stage.facade.kill()
      await signIn(other, ann.user)
      const { id, ...stored } = await ann.at(other).say(HAPPY)
      expect(stored).toMatchObject({ detected_emotion: 'neutral', reply_status: 'pending' })
      expect(textsOf(await ann.at(other).turns())).toEqual(['Before anything happened', HAPPY])
      await stage.facade.restart()
      await expect.poll(() => ann.at(other).turn(id), IN_TIME).toMatchObject(ANSWERED)
    },
    CASE_MOST_MS,
  )
})

describe('while the mover is away', () => {
  it(
    'both sides go on, nothing flips and says so, and it is all together once the mover is back',
    async () => {
      await stage.flip(['conversation'], 'canary', 50)
      const people = await Promise.all(
        [nameBelow(50), nameFrom(50)].map((username) => registerPerson(door, { username })),
      )
      await stage.mover.kill()
      for (const person of people) await person.say(HAPPY)
      for (const person of people) expect(textsOf(await person.turns())).toEqual([HAPPY])
      const flip = () => stage.flip(['conversation'], 'service')
      await expect(flip()).rejects.toThrow(/mover does not answer/)
      await expect(stage.rollback({ names: ['emotion'] })).rejects.toThrow(/mover does not answer/)
      await stage.mover.restart()
      await stage.untilInStep()
      await until('it flips', flip, IN_TIME_MS)
      for (const person of people) expect(textsOf(await person.turns())).toEqual([HAPPY])
    },
    CASE_MOST_MS,
  )
})

function nameWhere(fits: (bucket: number) => boolean): string {
  const name = uniqueName()
  return fits(bucketOf(fold(name))) ? name : nameWhere(fits)
}
const nameBelow = (share: number) => nameWhere((bucket) => bucket < share)
const nameFrom = (share: number) => nameWhere((bucket) => bucket >= share)

describe('services that are restarted one after the other under people who chat', () => {
  it(
    'lose nothing, double nothing and refuse nobody, also as two processes',
    async () => {
      const others = await Promise.all([registerPerson(door), registerPerson(door)])
      await withReplicated(stage, async (parts) => {
        const chatting = startChatting([ann, ...others], doMore)
        for (const part of parts) {
          await part.restart()
          await part.scale(2)
          await chatting.untilSaid(10)
          await part.scale(1)
          await chatting.untilSaid(10)
        }
        const said = await chatting.stop()
        expect(chatting.faults).toEqual([])
        for (const [person, texts] of said) await expectWhole(person, texts)
      })
    },
    CASE_MOST_MS,
  )

  async function expectWhole(person: Person, texts: readonly string[]): Promise<void> {
    const seen = textsOf(await person.turns()).filter((text) => text !== 'Before anything happened')
    expect(seen).toEqual(texts.slice(-200))
    const isAnswered = ({ reply_status }: Turn) => reply_status === 'complete'
    await expect.poll(async () => (await person.turns()).every(isAnswered), IN_TIME).toBe(true)
  }

  /** Everything else that the services answer. */
  async function doMore(person: Person, turns: number): Promise<void> {
    const client = clientOf(person)
    const last = (await person.turns()).at(-1)
    takeBody(await client.call('emotion.analyze', { body: { text: HAPPY } }))
    takeBody(await client.call('ai.reply', { body: { text: HAPPY } }))
    if (turns % 5 !== 0 || !last) return
    takeBody(await client.call('emotion.feedback', { body: { turn_id: last.id, emotion: 'happy' } }))
    await signIn(door, person.user)
  }
})
