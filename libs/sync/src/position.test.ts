import { expect, it } from 'vitest'
import { hasApplied, startOf } from './position.ts'

it('asks of a place only what is of its own store', () => {
  const sqlite = { ...startOf('a'), seq: 7 }
  expect(hasApplied(sqlite, { a: 7, b: 99 })).toBe(true)
  expect(hasApplied(sqlite, { a: 8 })).toBe(false)
  expect(hasApplied(sqlite, {})).toBe(true)
})

it('is reached in a Postgres feed once its transaction is wholly behind', () => {
  const postgres = { ...startOf('a'), xid: '100', seq: 3 }
  expect(hasApplied(postgres, { a: 99 })).toBe(true)
  expect(hasApplied(postgres, { a: 100 })).toBe(false)
})

it('is not reached at the start of a feed', () => {
  expect(hasApplied(startOf('a'), { a: 1 })).toBe(false)
})
