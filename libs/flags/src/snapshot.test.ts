import { STAGES } from '@emotibot/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createSnapshot,
  EMPTY_SNAPSHOT,
  flagOf,
  INITIAL_FLAG,
  parseSnapshotOrThrow,
  serializeSnapshot,
  shareOf,
} from './snapshot.ts'

const flags = fc
  .record({ stage: fc.constantFrom(...STAGES), share: fc.integer({ min: 1, max: 99 }) })
  .map(({ stage, share }) => ({ ...INITIAL_FLAG, stage, share: shareOf(stage, share), epoch: share }))

describe('a snapshot', () => {
  it('comes back from its text as it was', () => {
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), fc.dictionary(fc.string(), flags), (version, isFrozen, routes) => {
        const snapshot = createSnapshot({ version, isFrozen, routes, holds: [] })
        expect(parseSnapshotOrThrow(serializeSnapshot(snapshot))).toEqual(snapshot)
      }),
    )
  })

  it('keeps in its text who was left on the service, and no holds', () => {
    const kept = ['bob', 'zoë']
    const hold = { flip: 'f7', routes: ['a'], low: 0, high: 100, budgetMs: 5_000 }
    const routes = { a: { ...INITIAL_FLAG, kept } }
    const snapshot = createSnapshot({ version: 1, isFrozen: false, routes, holds: [hold] })
    expect(parseSnapshotOrThrow(serializeSnapshot(snapshot))).toEqual({ ...snapshot, holds: [] })
  })

  it('is read as it was written before there were holds and kept partitions', () => {
    const text = '{"version":3,"isFrozen":false,"routes":{"a":{"stage":"canary","share":5,"epoch":2}}}'
    const snapshot = parseSnapshotOrThrow(text)
    expect(snapshot.holds).toEqual([])
    expect(flagOf(snapshot, 'a')).toMatchObject({ share: 5, kept: [] })
  })

  it('cannot be changed', () => {
    const snapshot = createSnapshot({ version: 1, isFrozen: false, routes: { a: INITIAL_FLAG }, holds: [] })
    expect(() => Object.assign(snapshot.routes, { b: INITIAL_FLAG })).toThrow(TypeError)
    expect(() => Object.assign(flagOf(snapshot, 'a'), { share: 5 })).toThrow(TypeError)
  })

  it('knows no route by the name of something every object has', () => {
    expect(flagOf(EMPTY_SNAPSHOT, 'constructor')).toBe(INITIAL_FLAG)
  })

  it.each([
    ['', 'JSON'],
    ['{"version":1', 'JSON'],
    ['[]', 'object'],
    ['{"version":-1,"isFrozen":false,"routes":{}}', 'version'],
    ['{"version":1,"routes":{}}', 'isFrozen'],
    ['{"version":1,"isFrozen":false,"routes":[]}', 'routes'],
    ['{"version":1,"isFrozen":false,"routes":{"a":{"stage":"gone","share":0,"epoch":0}}}', 'stage of a'],
    ['{"version":1,"isFrozen":false,"routes":{"a":{"stage":"canary","share":0,"epoch":0}}}', 'share of a'],
    ['{"version":1,"isFrozen":false,"routes":{"a":{"stage":"monolith","share":5,"epoch":0}}}', 'share of a'],
    ['{"version":1,"isFrozen":false,"routes":{"a":{"stage":"service","share":100}}}', 'epoch of a'],
    [
      '{"version":1,"isFrozen":false,"routes":{"a":{"stage":"monolith","share":0,"epoch":0,"kept":"b"}}}',
      'kept partitions of a',
    ],
    ['{"version":1,"isFrozen":false,"routes":{},"holds":{}}', 'holds'],
  ])('is refused when damaged: %s', (text, said) => {
    expect(() => parseSnapshotOrThrow(text)).toThrow(said)
  })
})
