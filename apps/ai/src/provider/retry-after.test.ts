import { expect, test } from 'vitest'
import { REST_MAX_MS, readRetryAfter } from './retry-after.ts'

const now = Date.parse('2030-01-01T00:00:00Z')

test.each([
  ['2', 2_000],
  ['0', 0],
  ['1.5', 1_500],
  ['Tue, 01 Jan 2030 00:00:10 GMT', 10_000],
  ['Mon, 31 Dec 2029 00:00:00 GMT', 0],
  ['86400', REST_MAX_MS],
  ['Wed, 01 Jan 2031 00:00:00 GMT', REST_MAX_MS],
  ['soon', null],
  ['', null],
  [null, null],
])('Retry-After %s is %s ms', (header, ms) => {
  expect(readRetryAfter(header, now)).toBe(ms)
})
