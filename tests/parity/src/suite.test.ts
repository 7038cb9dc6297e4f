import { routeKeys } from '@emotibot/contracts'
import { expect, it } from 'vitest'
import { readOptions } from './options.ts'
import { unprovenRoutes } from './suite.ts'

const everyCase = Object.fromEntries(routeKeys.map((route) => [route, 1]))

it('fails a route without a case', () => {
  const { 'auth.login': _, ...cases } = everyCase
  expect(unprovenRoutes(everyCase)).toEqual([])
  expect(unprovenRoutes(cases)).toEqual(['auth.login has no case'])
})

it('fails a route without a parity rule', () => {
  const ruleOf = (route: string) => (route === 'ai.reply' ? undefined : {})
  expect(unprovenRoutes(everyCase, routeKeys, ruleOf)).toEqual(['ai.reply has no parity rule'])
})

it('says which routes there are when one is unknown', () => {
  expect(() => readOptions(['--route', 'emotion.analyse'], () => 1)).toThrow('emotion.analyze')
  expect(() => readOptions(['--seed', 'x'], () => 1)).toThrow('whole number')
  expect(readOptions([], () => 7)).toEqual({ routes: [], seed: 7, serviceUrl: null, everyMix: false })
})
