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
  const values = [0.0881, -0.0965, -0.0265, 0.0499]
  const plain = values.reduce((sum, value) => sum + value, 0)
  expect([round4(sumExactly(values) / 4), round4(plain / 4)]).toEqual([0.0037, 0.0038])
})
