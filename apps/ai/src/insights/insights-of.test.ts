import { expect, test } from 'vitest'
import { insightsOf } from './insights-of.ts'

const felt = (emotion: string | null, polarity: number | null) => ({ emotion, polarity })

test('without turns that say anything there is nothing to look back on', () => {
  const nothing = 'There is nothing to look back on yet. Say how you are, and patterns will show here.'
  expect(insightsOf([])).toBe(nothing)
  expect(insightsOf([felt('joy', null), felt(null, null)])).toBe(nothing)
})

test('one message is called one', () => {
  expect(insightsOf([felt('sad', -0.5)])).toBe(
    'In your one message so far you sounded sad most often (1 of 1). The tone was rather heavy; be kind to yourself.',
  )
})

test('the label heard most is named, the earlier one on a tie', () => {
  expect(insightsOf([felt('sad', -0.5), felt('happy', 0.5), felt(null, 0)])).toBe(
    'In your latest 3 messages you sounded happy most often (1 of 3). The tone was even.',
  )
})

test.each([
  [0.6, 'The tone was rather bright.'],
  [0.1, 'The tone was even.'],
  [-0.1, 'The tone was even.'],
  [-0.6, 'The tone was rather heavy; be kind to yourself.'],
])('an average of %d is told in words', (polarity, words) => {
  expect(insightsOf([felt('neutral', polarity)])).toContain(words)
})
