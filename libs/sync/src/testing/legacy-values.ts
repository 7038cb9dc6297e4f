// What better-sqlite3 can give for a column of any affinity, for tests of lenses.
import { isUtf8 } from 'node:buffer'
import fc from 'fast-check'
import type { BrokenText, LegacyValue } from '../lens/legacy-values.ts'

export const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('\u0000', '\uE000', '\uFFFD', '0', '1', 'É', '😀', ' ') }),
)

const anyBytes = fc.uint8Array({ maxLength: 12 })

/** Bytes that are a surrogate alone, cut off, or never UTF-8. */
const brokenText: fc.Arbitrary<BrokenText> = fc
  .oneof(
    fc
      .constantFrom([0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98], [0x61, 0xff, 0x00])
      .map((bytes) => new Uint8Array(bytes)),
    anyBytes,
  )
  .filter((bytes) => !isUtf8(bytes))
  .map((bytes) => ({ brokenText: bytes }))

/** SQLite has no NaN, and no -0 comes through its driver. */
const anyNumber = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true }).map((value) => value + 0),
  fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
)

const numberAsText = fc.oneof(anyNumber.map(String), fc.constantFrom('0x10', ' 7 ', '1e999', '-0', ''))

export const anyLegacyValue: fc.Arbitrary<LegacyValue> = fc.oneof(
  anyText,
  fc.constant(null),
  anyNumber,
  numberAsText,
  anyBytes,
  brokenText,
)

export const anyLegacyTime: fc.Arbitrary<LegacyValue> = fc.oneof(
  anyLegacyValue,
  fc.constantFrom('2024-05-01 18:22:41.123456', '2024-05-01 18:22:41', '2024-05-01T18:22:41+02:00', ''),
  fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') })
    .map((time) => time.toISOString()),
)
