import { expect, test } from 'vitest'
import { ReplyCache } from './reply-cache.ts'

const hello = { text: 'hello', emotion: 'neutral' } as const

test('knows a text and its label only exactly', () => {
  const cache = new ReplyCache({ entriesMax: 10 })
  cache.keep(hello, 'Hi.')
  expect(cache.find(hello)).toBe('Hi.')
  expect(cache.find({ ...hello, emotion: 'sad' })).toBeNull()
  expect(cache.find({ ...hello, text: 'Hello' })).toBeNull()
})

test('holds so many, and lets the longest unused go', () => {
  const cache = new ReplyCache({ entriesMax: 2 })
  const textOf = (text: string) => ({ ...hello, text })
  cache.keep(textOf('a'), 'A')
  cache.keep(textOf('b'), 'B')
  cache.find(textOf('a'))
  cache.keep(textOf('c'), 'C')
  expect(['a', 'b', 'c'].map((text) => cache.find(textOf(text)))).toEqual(['A', null, 'C'])
  expect(cache.size).toBe(2)
})

test('forgets after ten minutes', () => {
  const clock = { nowMs: 0 }
  const cache = new ReplyCache({ entriesMax: 2, now: () => clock.nowMs })
  cache.keep(hello, 'Hi.')
  clock.nowMs = 10 * 60_000
  expect([cache.find(hello), cache.size]).toEqual([null, 0])
})

test('does not hold long texts', () => {
  const cache = new ReplyCache({ entriesMax: 2 })
  const long = { ...hello, text: 'x'.repeat(201) }
  cache.keep(long, 'Oh.')
  expect(cache.find(long)).toBeNull()
})
