import { expect, it } from 'vitest'
import { parseSubscribers } from './subscribers.ts'

it('reads names and addresses, and nobody from nothing', () => {
  expect(parseSubscribers('')).toEqual([])
  expect(parseSubscribers('emotion=http://127.0.0.1:4002/, realtime=https://realtime.internal')).toEqual([
    { name: 'emotion', url: 'http://127.0.0.1:4002' },
    { name: 'realtime', url: 'https://realtime.internal' },
  ])
})

it.each(['emotion', '=http://a', 'emotion=', 'emotion=ftp://a', 'Emotion 1=http://a', 'emotion=http://'])(
  'refuses %j with how it is written',
  (text) => {
    expect(() => parseSubscribers(text)).toThrow(/NAME=URL/)
  },
)
