import { MappingError } from '@emotibot/sync'
import { anyLegacyTime, anyLegacyValue, anyText } from '@emotibot/sync/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LegacyTurnRow, type ServiceTurn, turnLens } from './turn-lens.ts'

const { forward, back } = turnLens

const anyMessage = fc.oneof(anyLegacyValue, fc.constantFrom('', null, '\u0000', 'x'.repeat(100_000)))
const anyStatus = fc.oneof(fc.constantFrom('pending', 'complete', 'failed'), anyLegacyValue)

const legacyRow: fc.Arbitrary<LegacyTurnRow> = fc.record({
  id: fc.uuid(),
  user_id: fc.oneof(fc.uuid(), anyLegacyValue),
  user_message: anyMessage,
  bot_message: anyMessage,
  detected_emotion: anyLegacyValue,
  confidence: anyLegacyValue,
  polarity: anyLegacyValue,
  subjectivity: anyLegacyValue,
  timestamp: anyLegacyTime,
  thread_id: fc.option(fc.uuid()),
  seq: fc.option(fc.nat()),
  reply_status: anyStatus,
  emotion_status: anyStatus,
  updated_at: fc.option(anyLegacyTime),
  time_key: anyLegacyTime,
  owner_key: anyText,
  revision: fc.integer({ min: 1 }),
})

/** What the service itself does to a turn. */
const change: fc.Arbitrary<Partial<ServiceTurn>> = fc.oneof(
  fc.record({
    reply: anyText.map((text) => `a${text}`.replaceAll('\u0000', '')),
    reply_status: fc.constant('complete'),
  }),
  fc.constant({ reply_status: 'failed' }),
  fc.record({
    detected_emotion: fc.constantFrom('happy', 'neutral'),
    confidence: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    emotion_status: fc.constant('complete'),
    updated_at: fc.constant('2026-01-02T03:04:05.678Z'),
    revision: fc.integer({ min: 2 }),
  }),
)
const changes = fc.array(change, { maxLength: 3 })

function withChanges(turn: ServiceTurn, made: readonly Partial<ServiceTurn>[]): ServiceTurn {
  return Object.assign({}, turn, ...made)
}

/** Any turn the service can hold: one that came, came again over itself, and was changed here in between. */
const serviceTurn: fc.Arbitrary<ServiceTurn> = fc
  .tuple(legacyRow, changes, fc.option(legacyRow), changes)
  .map(([row, before, again, after]) => {
    const first = withChanges(forward(row, null), before)
    const second = again ? forward({ ...again, id: first.turn_id }, first) : first
    return withChanges(second, after)
  })

describe('the laws of the lens', () => {
  it('back(forward(row, s)) = row', () => {
    fc.assert(
      fc.property(legacyRow, fc.option(serviceTurn), (row, held) => {
        expect(back(forward(row, held))).toEqual(row)
      }),
      { numRuns: 2_000 },
    )
  })

  it('forward(back(s), s) = s', () => {
    fc.assert(
      fc.property(serviceTurn, (held) => {
        expect(forward(back(held), held)).toEqual(held)
      }),
      { numRuns: 2_000 },
    )
  })

  it('holds nothing that Postgres cannot', () => {
    fc.assert(
      fc.property(serviceTurn, (held) => {
        const told = JSON.stringify(held)
        expect(told).not.toContain('\\u0000')
        expect(JSON.parse(told)).toEqual(held)
      }),
    )
  })
})

const legacy: LegacyTurnRow = {
  id: 't1',
  user_id: 'u1',
  user_message: 'I am \u0000 glad 😀',
  bot_message: 'Good.',
  detected_emotion: null,
  confidence: '0.5',
  polarity: 0.25,
  subjectivity: new Uint8Array([1]),
  timestamp: '2024-05-01 18:22:41.123456',
  thread_id: 'c1',
  seq: 7,
  reply_status: 'complete',
  emotion_status: 'complete',
  updated_at: null,
  time_key: '2024-05-01T18:22:41.123Z',
  owner_key: 'émilie',
  revision: 3,
}
const pending = { ...legacy, bot_message: '', reply_status: 'pending' }

describe('a turn on the way to the service', () => {
  it('is held as it is answered, and its own spelling beside', () => {
    expect(forward(legacy, null)).toEqual({
      turn_id: 't1',
      conversation_id: 'c1',
      user_id: 'u1',
      owner_key: 'émilie',
      seq: 7,
      text: 'I am \uE0000 glad 😀',
      reply: 'Good.',
      detected_emotion: null,
      confidence: 0.5,
      polarity: 0.25,
      subjectivity: null,
      said_at: '2024-05-01T18:22:41.123Z',
      time_key: '2024-05-01T18:22:41.123Z',
      reply_status: 'complete',
      emotion_status: 'complete',
      updated_at: null,
      revision: 3,
      legacy: {
        confidence: '0.5',
        subjectivity: { base64: 'AQ==' },
        timestamp: '2024-05-01 18:22:41.123456',
      },
    })
  })

  it('has no message of the bot while its reply is pending, nor when there will be none', () => {
    expect(forward(pending, null)).toMatchObject({ reply: null, reply_status: 'pending' })
    expect(forward({ ...pending, reply_status: 'failed' }, null)).toMatchObject({ reply: null })
  })

  it('has one, without a word, where the reply is an empty text', () => {
    expect(forward({ ...legacy, bot_message: '' }, null)).toMatchObject({ reply: '' })
    expect(forward({ ...legacy, bot_message: '' }, forward(pending, null))).toMatchObject({ reply: '' })
  })

  it('of nobody is in no conversation', () => {
    const ofNobody = { ...legacy, user_id: null, thread_id: null, seq: null, owner_key: '' }
    expect(forward(ofNobody, null)).toMatchObject({ user_id: null, conversation_id: null, owner_key: '' })
  })
})

describe('a turn on the way back', () => {
  it('holds an empty text until it has its reply', () => {
    const held = forward(pending, null)
    expect(back(held)).toEqual(pending)
    expect(back({ ...held, reply_status: 'failed' })).toMatchObject({ bot_message: '' })
    expect(back({ ...held, reply: 'Good.', reply_status: 'complete' })).toEqual(legacy)
  })

  it('keeps the spelling of what the service did not touch', () => {
    const held = { ...forward(legacy, null), detected_emotion: 'happy', confidence: 0.9 }
    expect(back(held)).toEqual({ ...legacy, detected_emotion: 'happy', confidence: 0.9 })
  })
})

describe('a row with no place on the other side', () => {
  it.each([
    ['id', null],
    ['id', 7],
    ['id', ''],
    ['id', 'a\u0000b'],
    ['owner_key', null],
    ['revision', 'x'],
    ['revision', 1.5],
  ] as const)('(%s = %j) throws, naming the column', (column, value) => {
    const odd = () => forward({ ...legacy, [column]: value }, null)
    expect(odd).toThrow(MappingError)
    expect(odd).toThrow(column)
  })
})
