import { expect, test } from 'vitest'
import { insightsOf } from './insights.ts'

const felt = (emotion: string | null, polarity: number | null) => ({ emotion, polarity })

test('without turns it is friendly', () => {
  expect(insightsOf([])).toMatch(/^There is nothing to look back on yet\./)
  expect(insightsOf([felt('joy', null), felt(null, null)])).toMatch(/^There is nothing to look back on yet\./)
})

test('the label heard most is named, the earlier one on a tie', () => {
  expect(insightsOf([felt('sad', -0.5), felt('happy', 0.5), felt(null, 0)])).toBe(
    'In your latest 3 messages you sounded happy most often (1 of 3). The tone was even.',
  )
})

test.each([
  [0.6, /rather bright/],
  [-0.6, /rather heavy/],
  [0, /even/],
])('an average of %d is told in words', (polarity, words) => {
  expect(insightsOf([felt('neutral', polarity)])).toMatch(words)
})
