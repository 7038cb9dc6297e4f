import { DatabaseSync } from 'node:sqlite'
import { round4 } from '@emotibot/contracts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sumExactly } from './sum-exactly.ts'

const polarity = fc.oneof(
  fc.integer({ min: -10_000, max: 10_000 }).map((value) => value / 10_000),
  fc.double({ min: -1, max: 1, noNaN: true }),
)

test('is the sum that SQLite makes, whatever the numbers and their order', () => {
  const db = new DatabaseSync(':memory:')
  db.exec('create table polarities (value real)')
  const add = db.prepare('insert into polarities values (?)')
  const sum = db.prepare('select coalesce(sum(value), 0.0) as sum from polarities')
  fc.assert(
    fc.property(fc.array(polarity, { maxLength: 60 }), (values) => {
      db.exec('delete from polarities')
      for (const value of values) add.run(value)
      expect(sumExactly(values) + 0).toBe(Number(sum.get()?.['sum']) + 0)
    }),
    { numRuns: 300 },
  )
  db.close()
})

test('decides an average just between two as SQLite does, where a plain sum does not', () => {
  const values = [0.1367, 0.4439, 0.7571, 0.6341, 0.0501, 0.1339, 0.9001, 0.2181]
  const plain = values.reduce((sum, value) => sum + value, 0)
  expect(sumExactly(values)).not.toBe(plain)
  expect(round4(sumExactly([1, 1e-17, -1]))).toBe(0)
})
