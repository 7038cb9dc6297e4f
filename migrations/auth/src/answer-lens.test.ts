import fc from 'fast-check'
import { expect, it } from 'vitest'
import { answerLens, type LegacyAnswerRow, type ServiceAnswerRow } from './answer-lens.ts'
import { MappingError } from './errors.ts'

const { forward, back } = answerLens

const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\u0000', ''))
const answerRow: fc.Arbitrary<ServiceAnswerRow> = fc.record({
  user_id: text,
  key: text,
  write_group: fc.constantFrom('auth', 'auth.claim'),
  partition: text,
  route: text,
  body_hash: text,
  status: fc.integer({ min: 100, max: 599 }),
  answer: fc.json(),
  created_at_ms: fc.maxSafeNat(),
})

it('an answer is the same on both sides', () => {
  fc.assert(
    fc.property(answerRow, (row) => {
      expect(back(forward(row))).toEqual(row)
      expect(forward(back(row))).toEqual(row)
    }),
  )
})

const anyValue = fc.oneof(
  fc.string(),
  fc.constant('a\u0000b'),
  fc.constant(null),
  fc.double(),
  fc.uint8Array(),
)
const columns = Object.keys(fc.sample(answerRow, 1)[0] ?? {}) as (keyof LegacyAnswerRow)[]

it('a row with anything else in a column comes back as it was, or throws naming the column', () => {
  fc.assert(
    fc.property(answerRow, fc.constantFrom(...columns), anyValue, (row, column, value) => {
      const odd: LegacyAnswerRow = { ...row, [column]: value }
      try {
        expect(back(forward(odd))).toEqual(odd)
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(MappingError)
        expect(String(thrown)).toContain(`"${column}"`)
      }
    }),
  )
})
