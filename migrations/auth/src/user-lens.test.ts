import { answerTime, fold } from '@emotibot/contracts'
import { type LegacyValue, MappingError, readText } from '@emotibot/sync'
import { anyLegacyTime, anyLegacyValue } from '@emotibot/sync/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LegacyUserRow, type ServiceUserRow, userLens } from './user-lens.ts'

const { forward, back } = userLens

const anyFlag = fc.oneof(
  anyLegacyValue,
  fc.constantFrom<LegacyValue>(0, 1, 't', 'false', 'no', '0.0', null, 2),
)
const anyHash = fc.oneof(anyLegacyValue, fc.constant('$pbkdf2-sha256$29000$c2FsdA$aGFzaA'))
const anyId = fc.uuid()

const textOf = (value: LegacyValue): string => (value === null ? '' : readText(value))

/** A row as it stands in an opened file: with its keys. */
const legacyRow: fc.Arbitrary<LegacyUserRow> = fc
  .record({
    id: anyId,
    username: anyLegacyValue,
    email: anyLegacyValue,
    password_hash: anyHash,
    created_at: anyLegacyTime,
    updated_at: anyLegacyTime,
    is_active: anyFlag,
    revision: fc.integer({ min: 1 }),
  })
  .map((row) => ({ ...row, username_key: fold(textOf(row.username)), email_key: fold(textOf(row.email)) }))

/** What the service itself does to a row. */
const change = fc.record(
  {
    password_hash: fc.constantFrom('$argon2id$one', '$argon2id$two'),
    legacy_verifier: fc.constantFrom('$pbkdf2-sha256$1$a$b', '$pbkdf2-sha256$1$c$d', null),
    is_active: fc.boolean(),
    updated_at: fc.constantFrom('2026-01-02T03:04:05.678Z', '2026-01-02T03:04:06.000Z'),
    revision: fc.integer({ min: 2 }),
  },
  { requiredKeys: [] },
)

function withChanges(row: ServiceUserRow, changes: readonly Partial<ServiceUserRow>[]): ServiceUserRow {
  return Object.assign({}, row, ...changes)
}

const changes = fc.array(change, { maxLength: 3 })
/** Any row the service can hold: one that came, came again over itself, and was changed here in between. */
const serviceRow: fc.Arbitrary<ServiceUserRow> = fc
  .tuple(legacyRow, changes, fc.option(legacyRow), changes)
  .map(([row, before, again, after]) => {
    const first = withChanges(forward(row, null), before)
    const second = again ? forward({ ...again, id: first.id }, first) : first
    return withChanges(second, after)
  })

describe('the laws of the lens', () => {
  it('back(forward(row, s)) = row', () => {
    fc.assert(
      fc.property(legacyRow, fc.option(serviceRow), (row, held) => {
        expect(back(forward(row, held))).toEqual(row)
      }),
      { numRuns: 2_000 },
    )
  })

  it('forward(back(s), s) = s', () => {
    fc.assert(
      fc.property(serviceRow, (held) => {
        expect(forward(back(held), held)).toEqual(held)
      }),
      { numRuns: 2_000 },
    )
  })

  it('holds nothing that Postgres cannot', () => {
    fc.assert(
      fc.property(serviceRow, (held) => {
        const told = JSON.stringify(held)
        expect(told).not.toContain('\\u0000')
        expect(JSON.parse(told)).toEqual(held)
      }),
    )
  })
})

const legacy: LegacyUserRow = {
  id: 'u1',
  username: 'Émilie',
  email: null,
  password_hash: '$pbkdf2-sha256$29000$c2FsdA$aGFzaA',
  created_at: '2024-05-01 18:22:41.123456',
  updated_at: 'yesterday',
  is_active: 't',
  username_key: 'émilie',
  email_key: '',
  revision: 3,
}

describe('a user on the way to the service', () => {
  it('is held as it is answered, and its own spelling beside', () => {
    expect(forward(legacy, null)).toEqual({
      id: 'u1',
      username: 'Émilie',
      username_key: 'émilie',
      email: null,
      email_key: '',
      password_hash: null,
      legacy_verifier: '$pbkdf2-sha256$29000$c2FsdA$aGFzaA',
      is_active: true,
      created_at: '2024-05-01T18:22:41.123Z',
      updated_at: 'yesterday',
      revision: 3,
      legacy: { created_at: '2024-05-01 18:22:41.123456', is_active: 't' },
    })
  })

  it('is answered as in the monolith, whatever a time holds', () => {
    fc.assert(
      fc.property(anyLegacyTime, (created_at) => {
        const held = forward({ ...legacy, created_at }, null)
        const answered = answerTime(textOf(created_at))
          .replaceAll('\uE000', '\uE0001')
          .replaceAll('\u0000', '\uE0000')
        expect(held.created_at ?? '').toBe(answered)
      }),
    )
  })

  it('keeps its argon2id hash when the monolith touches another field', () => {
    const held = { ...forward(legacy, null), password_hash: '$argon2id$x' }
    const touched = { ...legacy, is_active: 0, updated_at: '2026-01-01 00:00:00', revision: 4 }
    expect(forward(touched, held)).toMatchObject({ password_hash: '$argon2id$x', is_active: false })
  })

  it('loses its argon2id hash when the monolith has another password', () => {
    const held = { ...forward(legacy, null), password_hash: '$argon2id$x' }
    const changed = { ...legacy, password_hash: '$pbkdf2-sha256$29000$bmV3$bmV3' }
    expect(forward(changed, held)).toMatchObject({
      password_hash: null,
      legacy_verifier: '$pbkdf2-sha256$29000$bmV3$bmV3',
    })
  })
})

describe('a user on the way back', () => {
  it('has the new verifier of a password changed on the service', () => {
    const held = {
      ...forward(legacy, null),
      password_hash: '$argon2id$y',
      legacy_verifier: '$pbkdf2-sha256$1$n$n',
    }
    expect(back(held)).toEqual({ ...legacy, password_hash: '$pbkdf2-sha256$1$n$n' })
  })

  it('has the time of a change on the service in its plain form, and the others in their own', () => {
    const held = { ...forward(legacy, null), updated_at: '2026-01-02T03:04:05.678Z' }
    expect(back(held)).toMatchObject({
      created_at: '2024-05-01 18:22:41.123456',
      updated_at: '2026-01-02T03:04:05.678Z',
    })
  })

  it('has keys made from its names, also where the row had none', () => {
    const unkeyed = { ...legacy, username_key: null, email_key: null }
    expect(back(forward(unkeyed, null))).toEqual(legacy)
  })
})

describe('a row with no place on the other side', () => {
  it.each([
    ['id', null],
    ['id', 7],
    ['id', ''],
    ['id', 'a\u0000b'],
    ['revision', 'x'],
    ['revision', null],
    ['revision', 1.5],
  ] as const)('(%s = %j) throws, naming the column', (column, value) => {
    const odd = () => forward({ ...legacy, [column]: value }, null)
    expect(odd).toThrow(MappingError)
    expect(odd).toThrow(column)
  })
})
