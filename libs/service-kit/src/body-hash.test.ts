import { expect, it } from 'vitest'
import { bodyHash } from './body-hash.ts'

it('is the same for the same request with its fields in another order', () => {
  expect(bodyHash(null, { a: 1, b: { c: 2, d: [3] } })).toBe(bodyHash(null, { b: { d: [3], c: 2 }, a: 1 }))
})

it.each([[{ a: 2 }], [{ a: '1' }], [{ a: [1] }], [{ b: 1 }], [{}], [null], [[1, 2]], [[2, 1]]])(
  'differs from others for %j',
  (body) => {
    expect(bodyHash(null, body)).not.toBe(bodyHash(null, { a: 1 }))
  },
)

it('differs where the path does', () => {
  expect(bodyHash({ id: '1' }, { a: 1 })).not.toBe(bodyHash({ id: '2' }, { a: 1 }))
})

it('does not depend on a secret', () => {
  const hashOf = (password: string) => bodyHash(null, { name: 'Ann', password }, ['password'])
  expect(hashOf('x')).toBe(hashOf('y'))
})

it('is the same for a path without parameters, however that is said', () => {
  const said = [null, undefined, {}].map((params) => bodyHash(params, { a: 1 }))
  expect(new Set(said).size).toBe(1)
})
