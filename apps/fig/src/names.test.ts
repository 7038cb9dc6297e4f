import { movableRoutes } from '@emotibot/contracts'
import { expect, it } from 'vitest'
import { checkNames, looksLikeFlip } from './names.ts'
import { nearestTo } from './nearest.ts'

it.each([
  ['emotion.analyse', 'emotion.analyze'],
  ['Auth.Login', 'auth.login'],
  ['conversation.histroy', 'conversation.history'],
  ['zzz', undefined],
])('the nearest to %s is %s', (typed, expected) => {
  expect(
    nearestTo(
      typed,
      movableRoutes.map(({ key }) => key),
    ),
  ).toBe(expected)
})

it('names given twice count once', () => {
  expect(checkNames(['emotion', 'emotion'])).toEqual(['emotion'])
})

it('no route and no domain looks like the id of a flip', () => {
  expect(movableRoutes.filter(({ key, domain }) => looksLikeFlip(key) || looksLikeFlip(domain))).toEqual([])
  expect(looksLikeFlip('f7a1')).toBe(true)
})
