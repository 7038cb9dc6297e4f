import { expect, it } from 'vitest'
import { hashBody } from './hash-body.ts'

it('is the same for the same body in another order', () => {
  expect(hashBody({ a: 1, b: { c: 2, d: [3] } })).toBe(hashBody({ b: { d: [3], c: 2 }, a: 1 }))
})

it.each([[{ a: 2 }], [{ a: '1' }], [{ a: [1] }], [{ b: 1 }], [{}], [null], [undefined], [[1, 2]], [[2, 1]]])(
  'differs from all others for %j',
  (body) => {
    expect(hashBody(body)).not.toBe(hashBody({ a: 1 }))
  },
)

it('does not depend on a secret', () => {
  expect(hashBody({ name: 'Ann', password: 'x' }, ['password'])).toBe(
    hashBody({ name: 'Ann', password: 'y' }, ['password']),
  )
})
