import fc from 'fast-check'
import { expect, it } from 'vitest'
import { anyLegacyTime, anyLegacyValue } from '../testing/index.ts'
import { createColumnLens } from './column-lens.ts'
import { flagField, numberField, textField, timeField, wholeField } from './fields.ts'
import { keepValue, readKept } from './legacy-values.ts'

const lens = createColumnLens({
  text: textField,
  time: timeField,
  number: numberField,
  whole: wholeField,
  flag: flagField,
})
const legacyRow = fc.record({
  text: anyLegacyValue,
  time: anyLegacyTime,
  number: anyLegacyValue,
  whole: anyLegacyValue,
  flag: anyLegacyValue,
})
/** What came, came again over itself, and was changed at the service in between, its kept spellings left behind. */
const held = fc.tuple(legacyRow, legacyRow, fc.boolean()).map(([first, second, isChanged]) => {
  const before = lens.read(first, null)
  return isChanged ? { ...lens.read(second, before), legacy: before.legacy } : lens.read(second, before)
})

it('a row comes back as it was, whatever was held before', () => {
  fc.assert(
    fc.property(legacyRow, fc.option(held), (row, before) => {
      expect(lens.write(lens.read(row, before))).toEqual(row)
    }),
    { numRuns: 2_000 },
  )
})

it('what is held survives being written and read again', () => {
  fc.assert(
    fc.property(held, (before) => {
      expect(lens.read(lens.write(before), before)).toEqual(before)
    }),
    { numRuns: 2_000 },
  )
})

it('any legacy value can be kept as JSON that Postgres holds', () => {
  fc.assert(
    fc.property(anyLegacyValue, (value) => {
      const told = JSON.stringify(keepValue(value))
      expect(told).not.toContain('\\u0000')
      expect(readKept(JSON.parse(told))).toEqual(value)
    }),
  )
})

it.each([
  ['0.5', 0.5],
  [' 7 ', 7],
  ['', null],
  ['-0', 0],
  ['1e999', null],
  [new Uint8Array([0x37]), null],
  [Number.POSITIVE_INFINITY, null],
])('a number column that holds %j is %j', (value, number) => {
  expect(numberField.read(value)).toBe(number)
})
