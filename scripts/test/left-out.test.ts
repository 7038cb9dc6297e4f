import { describe, expect, it } from 'vitest'
import { leftOut, reasonOf } from './left-out.ts'

describe('leftOut', () => {
  it('names the journeys where there is no browser, and why', () => {
    const missing = leftOut(() => false)
    expect(missing.map(({ packageName }) => packageName)).toEqual(['@emotibot/tests-journeys'])
    expect(missing.map(reasonOf)).toEqual([
      'left out: the browser journeys, because there is no Chromium here',
    ])
  })

  it('is empty where one of the browsers is there', () => {
    expect(leftOut((program) => program === 'chromium-browser')).toEqual([])
  })
})
