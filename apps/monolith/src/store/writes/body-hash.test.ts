import { expect, test } from 'vitest'
import { bodyHash } from './body-hash.ts'

test('the order of fields is no difference, a value is', () => {
  const hash = bodyHash({ id: '1' }, { a: 1, b: { c: 2, d: [3, 4] } }, [])
  expect(bodyHash({ id: '1' }, { b: { d: [3, 4], c: 2 }, a: 1 }, [])).toBe(hash)
  expect(bodyHash({ id: '2' }, { a: 1, b: { c: 2, d: [3, 4] } }, [])).not.toBe(hash)
  expect(bodyHash({ id: '1' }, { a: 1, b: { c: 2, d: [4, 3] } }, [])).not.toBe(hash)
})

test('a secret is never part of it', () => {
  const of = (password: string) => bodyHash(null, { username: 'ann', password }, ['password'])
  expect(of('one')).toBe(of('two'))
})
