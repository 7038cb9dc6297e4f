import fc from 'fast-check'
import { expect, it } from 'vitest'
import { anyLegacyValue, anyText } from '../testing/index.ts'
import { MappingError } from './mapping-error.ts'
import { createPlainLens } from './plain-lens.ts'

const { forward, back } = createPlainLens({ id: 'id', exact: 'exact', text: 'text', whole: 'whole' })

const withoutNul = anyText.map((value) => value.replaceAll('\u0000', ''))
const plainRow = fc.record({
  id: withoutNul.map((value) => `${value}1`),
  exact: withoutNul,
  text: anyText,
  whole: fc.maxSafeInteger(),
})

it('a row comes back as it was, and what the service holds is the same again', () => {
  fc.assert(
    fc.property(plainRow, (row) => {
      const held = forward(row)
      expect(back(held)).toEqual(row)
      expect(forward(back(held))).toEqual(held)
      expect(JSON.stringify(held)).not.toContain('\\u0000')
    }),
  )
})

it('text is held letter for letter where it is exact', () => {
  const row = { id: 'a', exact: '\uE000', text: '\uE000 \u0000', whole: 1 }
  expect(forward(row)).toEqual({ ...row, text: '\uE0001 \uE0000' })
})

it('a row with anything else in a column comes back as it was, or throws naming the column', () => {
  const columns = fc.constantFrom('id', 'exact', 'text', 'whole')
  fc.assert(
    fc.property(plainRow, columns, anyLegacyValue, (row, column, value) => {
      const odd = { ...row, [column]: value }
      try {
        expect(back(forward(odd))).toEqual(odd)
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(MappingError)
        expect(String(thrown)).toContain(`"${column}"`)
      }
    }),
    { numRuns: 1_000 },
  )
})
