import { routes, type Side } from '@emotibot/contracts'
import { EMPTY_SNAPSHOT, flagOf, type Hold, type Snapshot } from '@emotibot/flags'
import { describe, expect, it } from 'vitest'
import { createLagOf } from './lag.ts'

type Lags = Readonly<Record<string, number>>

const lagOf = (lags: Lags, snapshot: Snapshot | null = null) =>
  createLagOf({
    feedLagOf: (domain, side) => lags[`${domain} ${side}`] ?? null,
    snapshot: () => snapshot,
  })

const history = routes['conversation.history']
const trends = routes['emotion.trends']
const insights = routes['ai.insights']

/** The writes of a domain, at a share, with these left behind. */
function writing(key: keyof typeof routes, share: number, kept: readonly string[] = []): Snapshot {
  const flag = { ...flagOf(EMPTY_SNAPSHOT, key), share, kept }
  return { ...EMPTY_SNAPSHOT, routes: { [key]: flag } }
}

describe('how far an answer may be behind', () => {
  it('is told by the feed that leads to the side', () => {
    const known = lagOf({ 'conversation monolith': 5, 'conversation service': 40 })
    expect((['monolith', 'service'] satisfies Side[]).map((side) => known(history, side))).toEqual([5, 40])
  })

  it('is the largest of the domains that it is made from, and not known when one of them is not', () => {
    const known = lagOf({ 'conversation service': 40, 'emotion service': 3, 'emotion monolith': 3 })
    expect([known(trends, 'service'), known(insights, 'service')]).toEqual([40, 40])
    expect([known(trends, 'monolith'), known(insights, 'monolith')]).toEqual([null, null])
  })

  it('is not known of what is made from no rows', () => {
    expect(lagOf({}, EMPTY_SNAPSHOT)(routes['ui.page'], 'monolith')).toBe(null)
  })
})

describe('the monolith, of which no feed tells,', () => {
  it('lacks nothing of a domain that it alone writes', () => {
    expect(lagOf({}, EMPTY_SNAPSHOT)(insights, 'monolith')).toBe(0)
    expect(lagOf({}, writing('auth.login', 100))(history, 'monolith')).toBe(0)
    expect(lagOf({ 'emotion monolith': 9 }, EMPTY_SNAPSHOT)(trends, 'monolith')).toBe(9)
  })

  it.each<[string, Snapshot | null]>([
    ['some of it is written by the service', writing('conversation.send', 1)],
    ['somebody was left on the service', writing('conversation.send', 0, ['bob'])],
    ['nobody knows who writes', null],
  ])('may lack anything while %s', (_when, snapshot) => {
    expect(lagOf({}, snapshot)(history, 'monolith')).toBe(null)
    expect(lagOf({}, snapshot)(trends, 'monolith')).toBe(null)
  })

  it('may lack something while a flip holds requests', () => {
    const hold: Hold = { flip: 'f1', routes: ['conversation.send'], low: 0, high: 100, budgetMs: 1 }
    const holding = { ...EMPTY_SNAPSHOT, holds: [hold] }
    expect(lagOf({}, holding)(history, 'monolith')).toBe(null)
  })
})

it('a service is not known to lack nothing, whoever writes', () => {
  expect(lagOf({}, writing('conversation.send', 100))(history, 'service')).toBe(null)
})
