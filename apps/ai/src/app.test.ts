import {
  CRISIS_REPLY,
  createClient,
  INTERNAL,
  ON_BEHALF_OF,
  REPLIES,
  SUGGESTIONS,
  stableHash,
} from '@emotibot/contracts'
import { createServiceToken } from '@emotibot/service-kit'
import { beforeEach, describe, expect, it, test } from 'vitest'
import { promptTokens, REPLY_TOKENS_MAX } from './provider/prompt.ts'
import { answersJson, type InternalPort, startInternalPort } from './testing/internal-port.ts'
import { fails, neverAnswers, type OpenAiServer, says, startOpenAiServer } from './testing/openai-server.ts'
import { asUser, asVisitor, SECRET, startAi } from './testing/start-ai.ts'

const builtInSad = (text: string) => REPLIES.sad[stableHash(text) % REPLIES.sad.length]

let port: InternalPort
beforeEach(async () => {
  port = await startInternalPort()
})

describe('without a key', () => {
  it('replies with the sentence of the contract, and what the text sounded like', async () => {
    const ai = await startAi({ EMOTIBOT_INTERNAL_URL: port.url })
    expect(await ai.reply('I lost my keys')).toEqual({
      status: 200,
      body: {
        bot_message: builtInSad('I lost my keys'),
        emotion: 'sad',
        confidence: 0.8,
        polarity: -0.5,
        subjectivity: 0.25,
      },
      fallback: null,
    })
  })

  it('replies whatever token comes along', async () => {
    const ai = await startAi({ EMOTIBOT_INTERNAL_URL: port.url })
    expect((await ai.reply('hello', { authorization: 'Bearer not.a.token' })).status).toBe(200)
    expect((await ai.reply('hello', { authorization: 'Basic x' })).status).toBe(200)
  })

  it('offers calm ways to begin', async () => {
    const { url } = await startAi()
    const answer = await createClient({ baseUrl: url }).call('ai.suggestions', {})
    expect(answer).toMatchObject({ status: 200, body: { suggestions: SUGGESTIONS } })
  })
})

test('with nobody to say what a text sounds like, it is neutral with no certainty, marked and counted', async () => {
  const ai = await startAi()
  const { body, fallback } = await ai.reply('I am so happy')
  expect(body).toMatchObject({ emotion: 'neutral', confidence: 0, polarity: 0, subjectivity: 0 })
  expect(REPLIES.neutral).toContain(body['bot_message'])
  expect(fallback).toBe('emotion=unknown')
  expect(await ai.figure('emotibot_ai_emotion_unknown_total')).toBe(1)
})

test('words of crisis get help first, with the emotion service away too', async () => {
  const ai = await startAi()
  expect((await ai.reply('I want to die')).body['bot_message']).toBe(CRISIS_REPLY)
})

describe('with a key', () => {
  let server: OpenAiServer
  beforeEach(async () => {
    server = await startOpenAiServer()
  })

  const start = (env: Readonly<Record<string, string>> = {}) =>
    startAi({
      EMOTIBOT_INTERNAL_URL: port.url,
      EMOTIBOT_AI_BASE_URL: server.url,
      EMOTIBOT_AI_KEY: 'k',
      EMOTIBOT_AI_MODEL: 'small',
      ...env,
    })

  it('replies in the words of the endpoint, which knows the label and not who asks', async () => {
    server.behaviour = says(' Oh no. Where did you look? ', { tokens: 50 })
    const ai = await start()
    const { body, fallback } = await ai.reply('I lost my keys', { ...asUser('nora'), ...asVisitor('v') })
    expect([body['bot_message'], body['emotion'], fallback]).toEqual([
      'Oh no. Where did you look?',
      'sad',
      null,
    ])
    const sent = JSON.stringify([server.asked[0]?.body, server.asked[0]?.headers])
    expect(sent).toContain('sounds sad')
    expect(sent).not.toContain('nora')
    expect(await ai.figure('emotibot_ai_replies_total{by="provider",because="none"}')).toBe(1)
    expect(await ai.figure('emotibot_ai_tokens_total')).toBe(50)
  })

  it('asks no endpoint about words of crisis', async () => {
    const ai = await start()
    expect(await ai.reply('I want to die')).toMatchObject({
      body: { bot_message: CRISIS_REPLY },
      fallback: null,
    })
    expect(server.asked).toEqual([])
  })

  it.each([
    ['broken', fails(500)],
    ['limited', fails(429, { 'retry-after': '0' })],
    ['slow', neverAnswers],
    ['misconfigured', fails(401)],
  ])('falls back to the built-in reply and says it is %s', async (reason, behaviour) => {
    server.behaviour = behaviour
    const ai = await start({ EMOTIBOT_AI_DEADLINE_MS: '2000' })
    const { status, body, fallback } = await ai.reply('I lost my keys')
    expect([status, body['bot_message'], fallback]).toEqual([
      200,
      builtInSad('I lost my keys'),
      `reply=${reason}`,
    ])
    expect(await ai.figure(`emotibot_ai_replies_total{by="built-in",because="${reason}"}`)).toBe(1)
  })

  it('keeps a short reply for other guests, and none for or from who is signed in', async () => {
    let count = 0
    server.behaviour = (response) => says(`Reply ${++count}.`)(response)
    const ai = await start()
    const ask = async (headers: Readonly<Record<string, string>>) =>
      (await ai.reply('hi', headers)).body['bot_message']
    const cookie = `emotibot_session=${asUser('nora').authorization.slice('Bearer '.length)}`
    expect([
      await ask(asUser('nora')),
      await ask(asUser('ben')),
      await ask({ cookie, origin: ai.url }),
      await ask(asVisitor()),
      await ask(asVisitor()),
      await ask({}),
      await ask(asUser('nora')),
      await ask({ authorization: 'Bearer of.nobody.known' }),
    ]).toEqual(['1', '2', '3', '4', '4', '4', '5', '6'].map((n) => `Reply ${n}.`))
  })

  it('does not keep a built-in reply for the endpoint’s', async () => {
    server.next.push(fails(500))
    const ai = await start()
    expect((await ai.reply('hi')).fallback).toBe('reply=broken')
    expect((await ai.reply('hi')).body['bot_message']).toBe('Hello there.')
  })

  it('answers kindly, with the built-in reply, when a user’s day is spent, and nobody else’s is', async () => {
    server.behaviour = says('Hm.', { tokens: 900 })
    const ai = await start({ EMOTIBOT_AI_TOKENS_PER_DAY: '1000' })
    const fallbackOf = async (text: string, headers: Readonly<Record<string, string>>) =>
      (await ai.reply(text, headers)).fallback
    expect(await fallbackOf('one', asUser('nora'))).toBeNull()
    expect(await fallbackOf('two', asUser('nora'))).toBe('reply=allowance')
    expect(await fallbackOf('three', asUser('ben'))).toBeNull()
    const visitor = asVisitor()
    expect(await fallbackOf('four', visitor)).toBeNull()
    expect(await fallbackOf('five', visitor)).toBe('reply=allowance')
    expect(server.asked).toHaveLength(3)
  })

  it('charges nobody for a name in a token that is not good', async () => {
    server.behaviour = says('Hm.', { tokens: 900 })
    const ai = await start({ EMOTIBOT_AI_TOKENS_PER_DAY: '1000' })
    const forged = asUser('nora', 'another secret, as long as the first one')
    expect((await ai.reply('one', forged)).fallback).toBeNull()
    expect((await ai.reply('two', asUser('nora'))).fallback).toBeNull()
  })

  it('charges the user whom one of our processes asks for, and keeps that reply for nobody else', async () => {
    server.behaviour = says('Hm.', { tokens: 900 })
    const ai = await start({ EMOTIBOT_AI_TOKENS_PER_DAY: '1000' })
    const asking = async (user: string, audience = INTERNAL) => ({
      [ON_BEHALF_OF.token]: await createServiceToken({ secret: SECRET, caller: 'conversation', audience }),
      [ON_BEHALF_OF.user]: user,
      [ON_BEHALF_OF.partition]: user,
    })
    const fallbackOf = async (headers: Readonly<Record<string, string>>) =>
      (await ai.reply('hi', headers)).fallback
    expect(await fallbackOf(await asking('nora'))).toBeNull()
    expect(await fallbackOf(asUser('nora')), 'her day is spent by whichever way').toBe('reply=allowance')
    expect(await fallbackOf(await asking('nora'))).toBe('reply=allowance')
    expect(await fallbackOf(await asking('ben'))).toBeNull()
    expect(await fallbackOf(await asking('eve', 'mover')), 'a guest’s').toBeNull()
    expect(await fallbackOf(asUser('eve')), 'whom nobody charged').toBeNull()
    expect(server.asked).toHaveLength(4)
  })

  it('charges all visitors together, who can make themselves new', async () => {
    server.behaviour = says('Hm.', { tokens: 900 })
    const ai = await start({ EMOTIBOT_AI_GUEST_TOKENS_PER_DAY: '2000' })
    const fallbacks = []
    for (const text of ['one', 'two', 'three']) fallbacks.push((await ai.reply(text, asVisitor())).fallback)
    expect(fallbacks).toEqual([null, null, 'reply=allowance'])
    expect((await ai.reply('four', asUser('nora'))).fallback).toBeNull()
  })

  it.each([
    ['charges nothing for what was surely not executed', 503, null],
    ['charges what may have been executed, though nothing came of it', 500, 'reply=allowance'],
  ])('%s', async (_, status, then) => {
    server.next.push(...Array.from({ length: status === 503 ? 3 : 1 }, () => fails(status)))
    const enoughForOne = promptTokens({ text: 'one', emotion: 'sad' }) + REPLY_TOKENS_MAX
    const ai = await start({ EMOTIBOT_AI_TOKENS_PER_DAY: String(enoughForOne) })
    expect((await ai.reply('one', asUser('nora'))).fallback).toBe('reply=broken')
    expect((await ai.reply('two', asUser('nora'))).fallback).toBe(then)
  })

  it('ends the endpoint’s call when the client leaves', async () => {
    server.behaviour = neverAnswers
    const ai = await start()
    const leaving = new AbortController()
    const asking = fetch(`${ai.url}/api/ai/reply`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"text":"hi"}',
      signal: leaving.signal,
    })
    await expect.poll(() => server.atOnce, { timeout: 10_000 }).toBe(1)
    leaving.abort()
    await expect(asking).rejects.toThrow()
    await expect.poll(() => server.atOnce).toBe(0)
  })
})

test.each([
  ['null', 400],
  ['{"text":[]}', 400],
  ['{"text":"\\ud800"}', 400],
  ['{"text":" "}', 400],
  ['{"text":"hi","user":"nora"}', 400],
  ['{', 400],
  [JSON.stringify({ text: 'x'.repeat(300_000) }), 413],
])('answers %.24s with %i in the one error shape', async (body, status) => {
  const { url } = await startAi()
  const answer = await fetch(`${url}/api/ai/reply`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  expect(answer.status).toBe(status)
  expect(Object.keys((await answer.json()) as object)).toEqual(['error', 'code', 'message', 'request_id'])
})

describe('whose partition the analysis is asked for', () => {
  const askedFor = async (headers: Readonly<Record<string, string>>) => {
    await (await startAi({ EMOTIBOT_INTERNAL_URL: port.url })).reply('hi', headers)
    return port.headers[ON_BEHALF_OF.partition]
  }

  it('is the one that the facade sent the request by', async () => {
    expect(await askedFor(asUser('Zoë'))).toBe('zo%C3%AB')
    expect(await askedFor({ ...asUser('nora'), [ON_BEHALF_OF.partition]: 'b%C3%ABn' })).toBe('b%C3%ABn')
    const id = '0b1c2d3e-0000-4000-8000-000000000001'
    expect(await askedFor(asVisitor(id))).toBe(id)
  })

  it.each([{}, { authorization: 'Basic x' }, { [ON_BEHALF_OF.partition]: '%E0%A4%A' }])(
    'is a guest’s for who brings nothing that tells: %j',
    async (headers) => {
      expect(await askedFor(headers)).toBe('a%20guest')
    },
  )
})

describe('a look back', () => {
  const lookBack = async (
    headers: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>> = { EMOTIBOT_INTERNAL_URL: port.url },
  ) => {
    const { url } = await startAi({ EMOTIBOT_EMOTION_DEADLINE_MS: '300', ...env })
    const answer = await fetch(`${url}/api/conversations/insights`, { headers })
    return { status: answer.status, body: (await answer.json()) as unknown }
  }

  it('is over the user’s own turns, as new as what the client has seen', async () => {
    port.answerFelt = answersJson({ turns: [{ emotion: 'sad', polarity: -0.5 }] })
    const position = { 'emotibot-position': '0a1b2c3d4e.9' }
    expect(await lookBack({ ...asUser('Nora'), ...position })).toEqual({
      status: 200,
      body: {
        insights:
          'In your one message so far you sounded sad most often (1 of 1). The tone was rather heavy; be kind to yourself.',
      },
    })
    expect(port.headers).toMatchObject({
      [ON_BEHALF_OF.user]: 'Nora',
      [ON_BEHALF_OF.partition]: 'nora',
      ...position,
    })
  })

  it.each([
    ['behind', answersJson({}, 503)],
    ['of another shape', answersJson({ turns: [{ emotion: 1 }] })],
    ['no answer', () => undefined],
  ] as const)(
    'is never guessed: with turns that are %s it is for the other side to answer',
    async (_, answer) => {
      port.answerFelt = answer
      expect(await lookBack(asUser('nora'))).toMatchObject({ status: 502, body: { code: 'UPSTREAM_BAD' } })
      expect(await lookBack(asUser('nora'), {})).toMatchObject({ status: 502 })
    },
  )

  it('asks for a good token', async () => {
    expect(await lookBack({})).toMatchObject({ status: 401 })
    expect(await lookBack(asUser('nora', 'another secret, as long as the first one'))).toMatchObject({
      status: 401,
    })
    expect(port.requests).toBe(0)
  })
})

test('says which routes it answers, a look back among them where somebody can be asked', async () => {
  const aboutOf = async (env: Readonly<Record<string, string>>) => {
    const { url } = await startAi(env)
    expect((await fetch(`${url}/health/ready`)).status).toBe(200)
    return await (await fetch(`${url}/internal/about`)).json()
  }
  expect(await aboutOf({})).toMatchObject({ name: 'ai', routes: ['ai.reply', 'ai.suggestions'] })
  expect(await aboutOf({ EMOTIBOT_INTERNAL_URL: port.url })).toMatchObject({
    routes: ['ai.reply', 'ai.suggestions', 'ai.insights'],
  })
})
