import { MappingError } from '@emotibot/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ServiceSessionRow, sessionLens } from './session-lens.ts'

const { forward, back } = sessionLens

const time = fc.integer({ min: 0, max: 8_640_000_000_000_000 })
const legacyRow = fc.record({ id: fc.uuid(), user_id: fc.uuid(), created_at_ms: time, expires_at_ms: time })
const livingRow: fc.Arbitrary<ServiceSessionRow> = legacyRow.map((row) => ({ ...row, revoked_at_ms: null }))

describe('the laws of the lens', () => {
  it('back(forward(row, s)) = row, for one that is not revoked', () => {
    fc.assert(
      fc.property(legacyRow, fc.option(livingRow), (row, held) => {
        expect(back(forward(row, held))).toEqual(row)
      }),
    )
  })

  it('forward(back(s), s) = s, for one that is not revoked', () => {
    fc.assert(
      fc.property(livingRow, (held) => {
        const row = back(held)
        expect(row && forward(row, held)).toEqual(held)
      }),
    )
  })
})

describe('a revoked session', () => {
  const revoked = { id: 's', user_id: 'u', created_at_ms: 1, expires_at_ms: 3, revoked_at_ms: 2 }

  it('is none in the monolith', () => {
    expect(back(revoked)).toBeNull()
  })

  it('stays revoked when the monolith still shows it', () => {
    const row = { id: 's', user_id: 'u', created_at_ms: 1, expires_at_ms: 3 }
    expect(forward(row, revoked)).toEqual(revoked)
  })
})

it.each([
  ['id', null],
  ['user_id', 7],
  ['created_at_ms', 'today'],
  ['expires_at_ms', 1.5],
] as const)('a session whose %s is %j throws, naming the column', (column, value) => {
  const odd = () =>
    forward({ id: 's', user_id: 'u', created_at_ms: 1, expires_at_ms: 2, [column]: value }, null)
  expect(odd).toThrow(MappingError)
  expect(odd).toThrow(column)
})
