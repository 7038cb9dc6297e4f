import type { Receipt } from '@emotibot/contracts'
import { describe, expect, it } from 'vitest'
import { planRollback, planRollbackOfAll, planUndo } from './plan-rollback.ts'
import type { Planned } from './planned.ts'
import { gatesOf, type Places, serviceOf, snapshotOf } from './testing.ts'

const services = ['emotion', 'ai', 'conversation'].map((domain) => serviceOf(domain))
const gates = (places: Places, isFrozen = false) => gatesOf(snapshotOf(places, isFrozen), services)
const monolith = { stage: 'monolith', share: 0 } as const
const canary10 = { stage: 'canary', share: 10 } as const
const service = { stage: 'service', share: 100 } as const

const routesOf = ({ plan }: Planned) => plan.moves.map((move) => move.route)

function roll(names: string[], places: Places): Planned {
  const outcome = planRollback(names, 'p-1', gates(places))
  if ('unknown' in outcome) throw new Error('unknown name')
  return outcome
}

describe('a roll back', () => {
  it('takes named routes and domains to the monolith, from wherever they are', () => {
    const back = roll(['emotion', 'ai.reply'], {
      'emotion.analyze': 10,
      'emotion.batch': 'service',
      'ai.reply': 'shadow',
    })
    expect(routesOf(back)).toEqual(['emotion.analyze', 'emotion.batch', 'ai.reply'])
    expect(back.plan.moves.every((move) => move.to.stage === 'monolith')).toBe(true)
    expect(back.plan.refused).toEqual([])
    expect(back.isForward).toBe(false)
  })

  it('takes a write group along', () => {
    const places = { 'conversation.send': 'service', 'conversation.create': 'service' } as const
    expect(roll(['conversation.send'], places).plan.also_moves).toEqual(['conversation.create'])
  })

  it('is possible while flips are frozen', () => {
    const outcome = planRollback(['emotion.analyze'], 'p-1', gates({ 'emotion.analyze': 50 }, true))
    expect(outcome).toMatchObject({ plan: { refused: [] } })
  })

  it('is refused when there is nothing to take back, and never for what is retired', () => {
    expect(roll(['ai'], {}).plan.refused).toMatchObject([{ kind: 'noop' }])
    expect(roll(['ai.reply'], { 'ai.reply': 'retired' }).plan.refused).toMatchObject([{ kind: 'safety' }])
  })

  it('knows no other names', () => {
    expect(planRollback(['nope'], 'p-1', gates({}))).toEqual({ unknown: ['nope'] })
  })

  it('of everything leaves what is retired where it is', () => {
    const all = planRollbackOfAll(
      'p-1',
      gates({ 'emotion.analyze': 10, 'ai.reply': 'retired', 'ai.suggestions': 'service' }),
    )
    expect(routesOf(all)).toEqual(['emotion.analyze', 'ai.suggestions'])
    expect(all.plan.refused).toEqual([])
    expect(planRollbackOfAll('p-1', gates({})).plan.refused).toMatchObject([{ kind: 'noop' }])
  })
})

describe('undoing one flip', () => {
  const receipt = (moves: Receipt['moves']): Receipt => ({
    flip: 'f1',
    by: 'ann',
    why: null,
    at: '',
    moves,
    also_moves: [],
    waited: { count: 0, worst_ms: 0 },
    failed: 0,
    forced: false,
    replicas: [],
    undo: './fig rollback f1',
  })
  const analyze = 'emotion.analyze'

  it('restores each stage from before it', () => {
    const done = receipt([
      { route: analyze, from: canary10, to: service },
      { route: 'emotion.batch', from: monolith, to: service },
    ])
    const { plan } = planUndo(
      { receipt: done, laterFlips: [] },
      'p-1',
      gates({ [analyze]: 'service', 'emotion.batch': 'service' }),
    )
    expect(plan.moves.map((move) => move.to)).toEqual([canary10, monolith])
    expect(plan.refused).toEqual([])
  })

  it('is refused when later flips moved the same routes elsewhere, naming them', () => {
    const done = receipt([{ route: analyze, from: monolith, to: canary10 }])
    const { plan } = planUndo(
      { receipt: done, laterFlips: ['f2', 'f4'] },
      'p-1',
      gates({ [analyze]: 'service' }),
    )
    expect(plan.refused).toMatchObject([{ kind: 'safety', next: `./fig rollback ${analyze}` }])
    expect(plan.refused[0]?.message).toContain('f2, f4')
  })

  it('is possible again once the later flips were undone', () => {
    const done = receipt([{ route: analyze, from: monolith, to: canary10 }])
    const { plan } = planUndo({ receipt: done, laterFlips: ['f2', 'f3'] }, 'p-1', gates({ [analyze]: 10 }))
    expect(plan.refused).toEqual([])
  })

  it('of a roll back goes forward, and is judged as a flip', () => {
    const done = receipt([{ route: analyze, from: service, to: monolith }])
    const undo = planUndo({ receipt: done, laterFlips: [] }, 'p-1', gates({ [analyze]: 'monolith' }, true))
    expect(undo.isForward).toBe(true)
    expect(undo.plan.refused.map(({ message }) => message)).toEqual([expect.stringContaining('frozen')])
  })

  it('is refused when everything is back already', () => {
    const done = receipt([{ route: analyze, from: monolith, to: service }])
    expect(planUndo({ receipt: done, laterFlips: [] }, 'p-1', gates({})).plan.refused).toMatchObject([
      { kind: 'noop' },
    ])
  })
})
