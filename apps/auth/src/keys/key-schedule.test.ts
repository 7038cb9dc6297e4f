import { TOKEN_LIFETIME_SECONDS } from '@emotibot/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseSigningKey, findDeadKeys, isRotationDue, PUBLISHED_AHEAD_MS } from './key-schedule.ts'

const DAY_MS = 24 * 3_600_000
const key = (kid: string, createdAtMs: number) => ({ kid, createdAtMs })

describe('the signing key', () => {
  it('is the first one at once', () => {
    expect(chooseSigningKey([key('a', 1_000)], 1_000)?.kid).toBe('a')
  })

  it('stays the old one until the new one is known to all', () => {
    const keys = [key('b', DAY_MS), key('a', 0)]
    expect(chooseSigningKey(keys, DAY_MS + PUBLISHED_AHEAD_MS - 1)?.kid).toBe('a')
    expect(chooseSigningKey(keys, DAY_MS + PUBLISHED_AHEAD_MS)?.kid).toBe('b')
  })

  it('is none where there is no key', () => {
    expect(chooseSigningKey([], 0)).toBeNull()
  })
})

describe('rotation', () => {
  it('is due without a key and when the newest is old', () => {
    expect(isRotationDue([], 0, DAY_MS)).toBe(true)
    expect(isRotationDue([key('a', 0), key('b', 5)], DAY_MS, DAY_MS)).toBe(false)
    expect(isRotationDue([key('a', 0), key('b', 5)], DAY_MS + 5, DAY_MS)).toBe(true)
  })
})

describe('a key', () => {
  const someKeys = fc
    .uniqueArray(fc.integer({ min: 0, max: 40 * DAY_MS }), { minLength: 1, maxLength: 6 })
    .map((ages) => ages.map((age) => key(String(age), age)))

  it('never dies while it signs, nor before the last token it signed', () => {
    fc.assert(
      fc.property(someKeys, fc.integer({ min: 0, max: 45 * DAY_MS }), (all, nowMs) => {
        const keys = all.filter(({ createdAtMs }) => createdAtMs <= nowMs)
        const dead = findDeadKeys(keys, nowMs)
        for (const agoMs of [0, 60_000, TOKEN_LIFETIME_SECONDS * 1_000]) {
          const thenMs = nowMs - agoMs
          const then = keys.filter(({ createdAtMs }) => createdAtMs <= thenMs)
          expect(dead).not.toContain(chooseSigningKey(then, thenMs))
        }
      }),
    )
  })

  it('dies when its successor has signed for longer than a token lives', () => {
    const keys = [key('a', 0), key('b', DAY_MS)]
    expect(findDeadKeys(keys, 3 * DAY_MS).map(({ kid }) => kid)).toEqual(['a'])
    expect(findDeadKeys([key('a', 0)], 300 * DAY_MS)).toEqual([])
  })
})
