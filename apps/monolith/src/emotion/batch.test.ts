import { BATCH_ITEM_ERROR } from '@emotibot/contracts'
import { expect, test } from 'vitest'
import { analyze } from './analyze.ts'
import { analyzeBatch } from './batch.ts'

test('a batch answers one result a text, in order, as each alone would be answered', async () => {
  const texts = ['I am happy', 'I am scared', 'The meeting is at ten']
  const results = await analyzeBatch(texts)
  expect(results).toEqual(texts.map((text, index) => ({ index, analysis: analyze(text) })))
})

test('a bad text costs its own answer only', async () => {
  const bad = [null, 7, {}, [], '', ' \n', 'a\u0000b', '\ud800', 'x'.repeat(10_001)]
  const results = await analyzeBatch([...bad, 'glad', '😀'.repeat(10_000)])
  for (const [index] of bad.entries()) expect(results[index]).toEqual({ index, error: BATCH_ITEM_ERROR })
  expect(results.slice(-2).map(({ analysis }) => analysis?.emotion)).toEqual(['happy', 'happy'])
})

test('a thousand long texts never hold the event loop for long', async () => {
  const longText = 'I was not happy but very sad, then wow! '.repeat(250)
  let turns = 0
  const count = setInterval(() => turns++, 1)
  await analyzeBatch(Array.from({ length: 1_000 }, () => longText))
  clearInterval(count)
  expect(turns).toBeGreaterThan(20)
})
