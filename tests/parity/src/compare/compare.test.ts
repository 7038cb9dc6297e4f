import type { FrameOut, RouteKey } from '@emotibot/contracts'
import { describe, expect, it } from 'vitest'
import type { Observation } from '../journey/observation.ts'
import { compareRuns } from './compare-runs.ts'

const ID = '0b8f9f7e-6d4b-4c57-9d7d-1c1f3a1c9f01'
const OTHER_ID = '5d2c7a1e-0b0e-4b7e-8a51-9a4b6a1d2c02'
const TIME = '2030-01-01T10:20:30.123Z'
const conversation = { id: ID, title: 'a talk', created_at: TIME, updated_at: TIME }

type Changed = { status?: number; body?: string; headers?: (readonly [string, string])[] }

function answer(route: RouteKey, changed: Changed = {}): Observation {
  const { status = 200, body = '', headers = [['content-type', 'application/json; charset=utf-8']] } = changed
  return { kind: 'answer', route, call: route, answer: { status, headers, body: Buffer.from(body) } }
}

const renamed = (changed: object) =>
  answer('conversation.rename', { body: JSON.stringify({ conversation: { ...conversation, ...changed } }) })

const partsOf = (left: Observation[], right: Observation[]) =>
  compareRuns('a scenario', left, right).map(({ part }) => part)

it('is silent where only ids and times differ', () => {
  const later = {
    id: OTHER_ID,
    created_at: '2031-05-06T07:08:09.000Z',
    updated_at: '2031-05-06T07:08:09.000Z',
  }
  expect(partsOf([renamed({})], [renamed(later)])).toEqual([])
})

it.each([
  ['an integer where a uuid was', { id: 7 }],
  ['a time of another spelling', { created_at: '2030-01-01 10:20:30' }],
  ['seconds where a time was', { created_at: 1_893_493_230 }],
  ['null where an id was', { id: null }],
  ['another title', { title: 'a Talk' }],
  ['a field too many', { extra: 1 }],
])('finds %s', (_, changed) => {
  expect(partsOf([renamed({})], [renamed(changed)])).toEqual(['body'])
})

it('finds another order of fields, other spacing and another spelling of a number', () => {
  const bodies = ['{"a":1,"b":2}', '{"b":2,"a":1}', '{"a": 1,"b":2}', '{"a":1.0,"b":2}'].map((body) =>
    answer('ai.insights', { body }),
  )
  for (const other of bodies.slice(1)) expect(partsOf([bodies[0]!], [other])).toEqual(['body'])
})

it('finds ids that were one and are two', () => {
  const twice = [renamed({}), renamed({})]
  expect(partsOf(twice, [renamed({}), renamed({ id: OTHER_ID })])).toEqual(['body'])
  expect(partsOf(twice, [renamed({ id: OTHER_ID }), renamed({ id: OTHER_ID })])).toEqual([])
})

it.each<[string, Changed, string]>([
  ['another status', { status: 201 }, 'status'],
  ['another content type', { headers: [['content-type', 'application/json']] }, 'header content-type'],
  ['a header too many', { headers: [['retry-after', '1']] }, 'header retry-after'],
])('finds %s', (_, changed, part) => {
  expect(partsOf([answer('ai.insights')], [answer('ai.insights', changed)])).toContain(part)
})

it('finds a cookie without one of its attributes, and no other token', () => {
  const cookie = (text: string) => answer('auth.login', { headers: [['set-cookie', text]] })
  const token = (claims: object) => `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`
  const good = { sub: ID, sid: OTHER_ID, username: 'nora', email: 'e', iat: 100, exp: 3_700 }
  const left = cookie(`emotibot_session=${token(good)}; Path=/; HttpOnly; SameSite=Lax`)
  const same = cookie(
    `emotibot_session=${token({ ...good, iat: 200, exp: 3_800 })}; Path=/; HttpOnly; SameSite=Lax`,
  )
  expect(partsOf([left], [same])).toEqual([])
  for (const claims of [
    { ...good, sub: 7 },
    { ...good, exp: 100 + 86_400 },
  ]) {
    const other = cookie(`emotibot_session=${token(claims)}; Path=/; HttpOnly; SameSite=Lax`)
    expect(partsOf([left], [other])).toEqual(['header set-cookie'])
  }
  const open = cookie(`emotibot_session=${token(good)}; Path=/; SameSite=Lax`)
  expect(partsOf([left], [open])).toEqual(['header set-cookie'])
})

it('finds an answer that is missing', () => {
  expect(partsOf([renamed({})], [])).toContain('status')
})

function heard(frames: readonly FrameOut[], isLate = false): Observation {
  return { kind: 'frames', route: 'realtime.socket', call: 'a stream', frames, closeCode: null, isLate }
}

describe('of turns that are heard of late', () => {
  const turn = {
    id: ID,
    conversation_id: OTHER_ID,
    user_message: 'hello',
    bot_message: null,
    reply_status: 'pending',
    detected_emotion: 'neutral',
    confidence: 0.5,
    polarity: 0,
    subjectivity: 0,
    timestamp: TIME,
  } as const
  const created = { type: 'turn.created', event_id: `${ID}.1`, turn } as const
  const answered = { ...turn, bot_message: 'Hi', reply_status: 'complete' } as const
  const updated = { type: 'turn.updated', event_id: `${ID}.2`, turn: answered } as const
  const delta = { type: 'turn.delta', delta: { turn_id: ID, offset: 0, text: 'Hi' } } as const
  const steps = heard([created, delta, updated])

  it('asks for the last word only', () => {
    expect(partsOf([steps], [heard([updated], true)])).toEqual([])
    expect(partsOf([steps], [heard([{ ...updated, type: 'turn.created' }], true)])).toEqual([])
    expect(partsOf([steps], [heard([updated])])).toEqual(['frames'])
  })

  it.each<[string, FrameOut[]]>([
    ['another text', [{ ...updated, turn: { ...answered, bot_message: 'Ho' } }]],
    ['another revision', [{ ...updated, event_id: `${ID}.3` }]],
    ['a reply that never comes', [created]],
    ['a turn that never comes', []],
    ['a frame too many', [updated, { type: 'typing' }]],
  ])('finds %s', (_, frames) => {
    expect(partsOf([steps], [heard(frames, true)])).toEqual(['frames'])
  })
})

it('joins the pieces of a reply, wherever they are cut, and finds another text', () => {
  const delta = (offset: number, text: string) =>
    ({ type: 'turn.delta', delta: { turn_id: ID, offset, text } }) as const
  const frames = (...list: ReturnType<typeof delta>[]) => heard(list)
  const whole = frames(delta(0, 'one two'))
  expect(partsOf([whole], [frames(delta(0, 'one '), delta(4, 'two'))])).toEqual([])
  expect(partsOf([whole], [frames(delta(0, 'one '), delta(4, 'too'))])).toEqual(['frames'])
})
