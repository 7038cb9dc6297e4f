import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodePosition, encodePosition, mergePositions } from './position.ts'

const store = fc.stringMatching(/^[a-f0-9]{10}$/)
const position = fc.dictionary(store, fc.maxSafeNat(), { maxKeys: 8 })

it('comes back from its text as it was', () => {
  fc.assert(
    fc.property(position, (one) => {
      expect(decodePosition(encodePosition(one))).toEqual(one)
    }),
  )
})

it('is read from any text without an error, keeping only what could have been given', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(Object.values(decodePosition(text)).every(Number.isSafeInteger)).toBe(true)
    }),
  )
  expect(decodePosition('0123456789.zz~nonsense~__proto__.1~0123456789abc.1~aaaaaaaaaa.zzzzzzzzzzz')).toEqual(
    {
      '0123456789': 35 * 36 + 35,
    },
  )
})

it('merges to the later of both, store by store', () => {
  expect(mergePositions({ a: 1, b: 5 }, { b: 3, c: 2 })).toEqual({ a: 1, b: 5, c: 2 })
})
