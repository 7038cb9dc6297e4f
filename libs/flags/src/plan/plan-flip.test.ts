import { type FlipRequest, routeList } from '@emotibot/contracts'
import { describe, expect, it } from 'vitest'
import { planFlip } from './plan-flip.ts'
import type { Planned } from './planned.ts'
import type { ServiceFacts } from './refusals.ts'
import { gatesOf, serviceOf, snapshotOf } from './testing.ts'

const everyService = ['auth', 'emotion', 'conversation', 'ai', 'realtime'].map((domain) => serviceOf(domain))

function plan(
  request: Omit<FlipRequest, 'names'> & { names: string[] },
  snapshot = snapshotOf(),
  services: ServiceFacts[] = everyService,
): Planned {
  const outcome = planFlip({ ...request, id: 'p-1' }, gatesOf(snapshot, services))
  if ('unknown' in outcome) throw new Error(`unknown: ${outcome.unknown.join()}`)
  return outcome
}

const reasonsOf = ({ plan: { refused } }: Planned): string[] => refused.map(({ message }) => message)

describe('the plan of a flip', () => {
  it('moves one pure route by itself', () => {
    const { plan: made, moves, isForward } = plan({ names: ['emotion.analyze'], to: 'service' })
    const monolith = { stage: 'monolith', share: 0 }
    expect(made.moves).toEqual([
      { route: 'emotion.analyze', from: monolith, to: { stage: 'service', share: 100 } },
    ])
    expect(made).toMatchObject({ refused: [], also_moves: [], expected_wait_ms: 0 })
    expect(made.back).toBe('./fig rollback emotion.analyze')
    expect(moves[0]?.epoch).toBe(0)
    expect(isForward).toBe(true)
  })

  it('takes a domain as all of its routes, and says whose service is ready', () => {
    const { plan: made } = plan({ names: ['emotion'], to: 'canary', share: 10 })
    const ofDomain = routeList.filter((route) => route.domain === 'emotion').map((route) => route.key)
    expect(made.moves.map((move) => move.route)).toEqual(ofDomain)
    expect(made.back).toBe('./fig rollback emotion')
    expect(made.moves.every((move) => move.to.share === 10)).toBe(true)
    expect(made.evidence).toContain('emotion is ready, build 0.1.0')
  })

  it('moves a write group whole, and says which routes go along', () => {
    const { plan: made } = plan({ names: ['conversation.send'], to: 'service' })
    const group = routeList.filter((route) => route.group === 'conversation').map((route) => route.key)
    expect(made.moves.map((move) => move.route)).toEqual(group)
    expect(made.also_moves).toEqual(group.filter((key) => key !== 'conversation.send'))
  })

  it('leaves out what is there already', () => {
    const { plan: made } = plan(
      { names: ['emotion.analyze', 'emotion.batch'], to: 'service' },
      snapshotOf({ 'emotion.analyze': 'service' }),
    )
    expect(made.moves.map((move) => move.route)).toEqual(['emotion.batch'])
    expect(made.refused).toEqual([])
  })

  it('is undone by a flip to where all of it came from', () => {
    const from = snapshotOf({ 'emotion.analyze': 10, 'emotion.batch': 10 })
    const { plan: made } = plan({ names: ['emotion.analyze', 'emotion.batch'], to: 'service' }, from)
    expect(made.back).toBe('./fig flip emotion.analyze emotion.batch --to canary --share 10')
  })

  it('is undone by its flip where the routes came from different places', () => {
    const from = snapshotOf({ 'emotion.analyze': 10 })
    const { plan: made } = plan({ names: ['emotion.analyze', 'emotion.batch'], to: 'service' }, from)
    expect(made.back).toBe('./fig rollback FLIP')
  })

  it('knows no name but those of routes and domains', () => {
    const outcome = planFlip(
      { names: ['emotion.analyse', 'ai', 'constructor'], to: 'service', id: 'p-1' },
      gatesOf(snapshotOf(), everyService),
    )
    expect(outcome).toEqual({ unknown: ['emotion.analyse', 'constructor'] })
  })
})

describe('a plan is refused', () => {
  it('for the page, by route or by domain', () => {
    expect(reasonsOf(plan({ names: ['ui.page'], to: 'service' }))).toEqual([
      expect.stringContaining('ui.page is the page'),
    ])
    expect(reasonsOf(plan({ names: ['ui'], to: 'service' }))).toEqual([
      expect.stringContaining('ui is the page'),
    ])
  })

  it('when nothing would change', () => {
    const { plan: made } = plan(
      { names: ['emotion.analyze'], to: 'canary', share: 10 },
      snapshotOf({ 'emotion.analyze': 10 }),
    )
    expect(made.refused).toMatchObject([{ kind: 'noop' }])
  })

  it('for a canary without a share, and a share without a canary', () => {
    const { plan: lacking } = plan({ names: ['emotion.analyze'], to: 'canary' })
    expect(lacking.refused).toMatchObject([
      { kind: 'safety', next: './fig flip emotion.analyze --to canary --share 10' },
    ])
    expect(reasonsOf(plan({ names: ['emotion.analyze'], to: 'service', share: 5 }))).toEqual([
      'Only canary takes a share; service has none.',
    ])
  })

  it('into retired from anywhere but service, and out of retired to anywhere', () => {
    expect(reasonsOf(plan({ names: ['emotion.analyze'], to: 'retired' }))).toHaveLength(1)
    expect(
      reasonsOf(
        plan({ names: ['emotion.analyze'], to: 'retired' }, snapshotOf({ 'emotion.analyze': 'service' })),
      ),
    ).toEqual([])
    for (const to of ['monolith', 'shadow', 'service'] as const) {
      const made = plan({ names: ['emotion.analyze'], to }, snapshotOf({ 'emotion.analyze': 'retired' }))
      expect(reasonsOf(made)).toEqual([expect.stringContaining('no way back')])
    }
  })

  it('into shadow, which this facade cannot do yet', () => {
    expect(reasonsOf(plan({ names: ['emotion.analyze'], to: 'shadow' }))).toEqual([
      expect.stringContaining('cannot be shadowed'),
    ])
  })

  it('for splitting the one home of names and e-mails', () => {
    expect(reasonsOf(plan({ names: ['auth.register'], to: 'canary', share: 50 }))).toEqual([
      expect.stringContaining('never split by share'),
    ])
  })

  it.each(['emotion.analyze', 'emotion.feedback', 'auth.login', 'auth.delete', 'realtime.socket'])(
    'for %s while it has no service, one that is not ready, or one that does not answer it',
    (key) => {
      const domain = key.split('.')[0] ?? ''
      const refusedBy = (...services: ServiceFacts[]) =>
        reasonsOf(plan({ names: [key], to: 'service' }, snapshotOf(), services))
      expect(refusedBy()[0]).toContain(`EMOTIBOT_${domain.toUpperCase()}_URL is not set`)
      expect(refusedBy(serviceOf(domain, { isReady: false, reason: 'nothing listens there' }))[0]).toContain(
        'nothing listens there',
      )
      expect(refusedBy(serviceOf(domain, { routes: [] })).join(' ')).toContain(
        `does not answer ${key}; it answers nothing`,
      )
      expect(refusedBy(serviceOf(domain))).toEqual([])
    },
  )

  it('forward while flips are frozen, and not back', () => {
    const frozen = snapshotOf({ 'emotion.analyze': 50 }, true)
    expect(reasonsOf(plan({ names: ['emotion.analyze'], to: 'service' }, frozen))).toEqual([
      expect.stringContaining('frozen'),
    ])
    expect(reasonsOf(plan({ names: ['emotion.analyze'], to: 'canary', share: 10 }, frozen))).toEqual([])
    expect(reasonsOf(plan({ names: ['emotion.analyze'], to: 'monolith' }, frozen))).toEqual([])
  })

  it('on evidence alone when the route fails on its service now', () => {
    const failing = serviceOf('emotion', { failing: ['emotion.analyze'] })
    const { plan: made } = plan(
      { names: ['emotion.analyze'], to: 'service' },
      snapshotOf({ 'emotion.analyze': 10 }),
      [failing],
    )
    expect(made.refused).toMatchObject([{ kind: 'evidence' }])
  })

  it('for every reason at once', () => {
    const { plan: made } = plan({ names: ['emotion', 'ui'], to: 'canary' }, snapshotOf({}, true), [])
    expect(made.refused.map(({ message }) => message.split(' ')[0])).toEqual([
      'canary',
      'ui',
      'Flips',
      'emotion.analyze',
      'emotion.batch',
      'emotion.trends',
      'emotion.trends',
      'emotion.feedback',
    ])
  })

  it('never for going back, however ill the service is', () => {
    const made = plan(
      { names: ['emotion.analyze'], to: 'monolith' },
      snapshotOf({ 'emotion.analyze': 'service' }),
      [],
    )
    expect(reasonsOf(made)).toEqual([])
    expect(made.isForward).toBe(false)
  })
})
