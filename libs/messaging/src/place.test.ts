import { expect, it } from 'vitest'
import { comparePlaces } from './place.ts'

it.each([
  ['', '', 'same'],
  ['', 'a.1', 'before'],
  ['a.1', '', 'after'],
  ['a.1', 'a.1', 'same'],
  ['a.1', 'a.2', 'before'],
  ['a.10', 'a.09', 'after'],
  ['a.1', 'b.1', 'elsewhere'],
  ['b.1', 'ab.1', 'elsewhere'],
])('%j lies, seen from %j, %s', (one, other, expected) => {
  expect(comparePlaces(one, other)).toBe(expected)
})
