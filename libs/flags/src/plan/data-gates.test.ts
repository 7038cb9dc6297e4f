import { CARVED_OUT, type RouteDefinition, routeList } from '@emotibot/contracts'
import { describe, expect, it } from 'vitest'
import { createSnapshot, type Snapshot } from '../snapshot.ts'
import type { CarveOutFacts } from './carve-out-facts.ts'
import { refuseData, refuseTogether } from './data-gates.ts'
import { type FlipToPlan, planFlip } from './plan-flip.ts'
import { planRollback, planRollbackOfAll, planUndo } from './plan-rollback.ts'
import type { Planned } from './planned.ts'
import type { ServiceFacts } from './refusals.ts'
import { candidatesOf, carveOutOf, feedOf, gatesOf, serviceOf, snapshotOf } from './testing.ts'

const services = ['auth', 'emotion', 'conversation', 'ai'].map((domain) => serviceOf(domain))
const keysOf = (isIt: (route: RouteDefinition) => boolean) => routeList.filter(isIt).map(({ key }) => key)
const group = keysOf((route) => route.group === 'auth')
const domain = keysOf((route) => route.domain === 'auth')
const authAt = (place: 'service' | number) =>
  snapshotOf(Object.fromEntries(domain.map((key) => [key, place])))

function forward(facts: Partial<CarveOutFacts> = {}, request: Partial<FlipToPlan> = {}): Planned {
  const asked: FlipToPlan = { names: ['auth'], to: 'service', id: 'p-1', ...request }
  const made = planFlip(asked, gatesOf(snapshotOf(), services, { auth: carveOutOf(facts) }))
  if ('unknown' in made) throw new Error('unknown')
  return made
}

function back(facts: Partial<CarveOutFacts> = {}, snapshot: Snapshot = authAt('service')): Planned {
  const made = planRollback(['auth'], 'p-1', gatesOf(snapshot, [], { auth: carveOutOf(facts) }))
  if ('unknown' in made) throw new Error('unknown')
  return made
}

/** Every domain that is carved out, wholly on its service. */
const everything = snapshotOf(
  Object.fromEntries(
    keysOf(({ domain: each }) => CARVED_OUT.includes(each)).map((key) => [key, 'service' as const]),
  ),
)

const reasonsOf = ({ plan }: Planned) => plan.refused.map(({ message }) => message)
const nextOf = ({ plan }: Planned) => plan.refused.map(({ next }) => next)

/** With these users left on the service, wherever the share sends others. */
function keeping(snapshot: Snapshot, kept: readonly string[]): Snapshot {
  const routes = Object.entries(snapshot.routes).map(([key, flag]) => [key, { ...flag, kept }] as const)
  return createSnapshot({ ...snapshot, routes: Object.fromEntries(routes) })
}

describe('data goes forward', () => {
  it('when it is copied, in step, and nothing is left aside', () => {
    const made = forward()
    expect(reasonsOf(made)).toEqual([])
    expect(made).toMatchObject({ movesData: true, isForward: true })
    expect(made.plan.evidence).toEqual([
      'auth is ready, build 0.1.0',
      'auth: the service is 7 ms behind',
      'auth: the monolith is 7 ms behind',
    ])
  })

  const stopped = feedOf('service', { state: 'stopped', reason: 'a column is gone' })
  const faulty = feedOf('monolith', { state: 'faulty', reason: 'the disk is full' })
  it.each<[string, Partial<CarveOutFacts>, RegExp, string]>([
    [
      'the mover is away',
      { isReachable: false, reason: 'nothing listens there' },
      /mover does not answer \(nothing/,
      './fig status',
    ],
    [
      'a store is away',
      { state: 'waiting', reason: 'no such file' },
      /waits for the stores of auth: no such file/,
      './fig status',
    ],
    [
      'nothing was copied',
      { state: 'idle', feeds: [], isBackfilled: false },
      /was never copied/,
      './fig backfill auth',
    ],
    [
      'the copy is not finished',
      { isBackfilled: false },
      /first copy of auth is not finished/,
      './fig backfill auth',
    ],
    [
      'the feed forth is behind',
      { feeds: [feedOf('monolith', { behindMs: 1_001 })] },
      /to the service is 1.0 s behind/,
      './fig status',
    ],
    [
      'the feed back is behind',
      { feeds: [feedOf('service', { behindMs: 9_000 })] },
      /to the monolith is 9.0 s behind/,
      './fig status',
    ],
    [
      'nobody knows the lag',
      { feeds: [feedOf('monolith', { behindMs: null })] },
      /is not known/,
      './fig status',
    ],
    ['a feed is stopped', { feeds: [stopped] }, /stopped: a column is gone/, './fig settle auth'],
    ['a feed fails', { feeds: [faulty] }, /fails and is tried again: the disk is full/, './fig status'],
    [
      'changes are set aside',
      { feeds: [feedOf('monolith', { setAside: 3 })] },
      /^3 changes of auth/,
      './fig set-aside auth',
    ],
    [
      'rows are in conflict',
      { feeds: [feedOf('service', { conflicts: 1 })] },
      /^1 row of auth/,
      './fig set-aside auth',
    ],
    ['another flip is under way', { flipUnderWay: 'f12' }, /^f12 is under way/, './fig status'],
  ])('not while %s, and no force helps', (_why, facts, message, next) => {
    const made = forward(facts)
    expect(made.plan.refused).toEqual([{ kind: 'safety', message: expect.stringMatching(message), next }])
  })

  it('not, for every reason at once', () => {
    const made = forward({
      isBackfilled: false,
      feeds: [feedOf('monolith', { behindMs: 5_000, setAside: 1, conflicts: 2 }), stopped],
      flipUnderWay: 'f12',
    })
    expect(nextOf(made)).toEqual([
      './fig backfill auth',
      './fig status',
      './fig set-aside auth',
      './fig set-aside auth',
      './fig settle auth',
      './fig status',
    ])
  })

  it('not for a domain that the mover does not speak of', () => {
    const gates = { ...gatesOf(snapshotOf(), services), carveOuts: new Map() }
    const made = planFlip({ names: ['auth.login'], to: 'service', id: 'p-1' }, gates)
    expect(made).toMatchObject({ plan: { refused: [{ message: expect.stringContaining('was not asked') }] } })
  })

  it.each(['auth.me', 'auth.delete'])('in step before %s is asked there, though no data moves', (name) => {
    const made = forward({ isBackfilled: false }, { names: [name] })
    expect(nextOf(made)).toEqual(['./fig backfill auth'])
    expect(made.movesData).toBe(false)
    expect(reasonsOf(forward({}, { names: [name] }))).toEqual([])
  })

  it('only of a domain whose database the mover was told of, in either direction', () => {
    const unknown = { state: 'unknown', feeds: [] } as const
    const refusal = {
      kind: 'safety',
      message: expect.stringContaining('AUTH_DATABASE_URL is not set there'),
      next: 'set AUTH_DATABASE_URL and restart the mover',
    }
    expect(forward(unknown).plan.refused).toEqual([refusal])
    expect(back(unknown).plan.refused).toEqual([refusal])
  })

  it('not together with data that goes back', () => {
    const mixed = candidatesOf(authAt(50), { 'auth.register': 'monolith', 'auth.login': 'service' })
    expect(refuseData(mixed, gatesOf(authAt(50), services))).toEqual([
      expect.objectContaining({ kind: 'safety', message: expect.stringContaining('some back') }),
    ])
  })
})

describe('a route that reads rows of two domains', () => {
  const trends = (facts: Parameters<typeof gatesOf>[2], name = 'emotion.trends') => {
    const made = planFlip({ names: [name], to: 'service', id: 'p-1' }, gatesOf(snapshotOf(), services, facts))
    if ('unknown' in made) throw new Error('unknown')
    return made
  }

  it('goes forward when both are copied and in step, and moves no data', () => {
    const made = trends({})
    expect([reasonsOf(made), made.movesData]).toEqual([[], false])
    expect(made.plan.evidence).toEqual([
      'emotion is ready, build 0.1.0',
      'emotion: the service is 7 ms behind',
      'emotion: the monolith is 7 ms behind',
      'conversation is ready, build 0.1.0',
      'conversation: the service is 7 ms behind',
      'conversation: the monolith is 7 ms behind',
    ])
  })

  it('is refused for every reason of both at once', () => {
    const facts = {
      emotion: carveOutOf({ feeds: [feedOf('monolith', { setAside: 2 })] }),
      conversation: carveOutOf({ isBackfilled: false, feeds: [feedOf('monolith', { behindMs: 4_000 })] }),
    }
    expect(nextOf(trends(facts))).toEqual([
      './fig set-aside emotion',
      './fig backfill conversation',
      './fig status',
    ])
    expect(nextOf(trends(facts, 'emotion'))).toEqual(nextOf(trends(facts)))
  })

  it('is refused while the service that tells of the rows is not ready', () => {
    const [emotion, conversation] = [
      serviceOf('emotion'),
      serviceOf('conversation', { isReady: false, reason: 'no' }),
    ]
    const made = (known: ServiceFacts[]) =>
      planFlip({ names: ['emotion.trends'], to: 'service', id: 'p-1' }, gatesOf(snapshotOf(), known))
    expect(made([emotion, conversation])).toMatchObject({
      plan: {
        refused: [
          { kind: 'safety', message: expect.stringMatching(/conversation service tells, .*: no\.$/) },
        ],
      },
    })
    expect(made([emotion])).toMatchObject({ plan: { refused: [{ kind: 'safety' }] } })
  })

  it('asks nothing of the other where it alone is written, or nothing is read', () => {
    const facts = { conversation: carveOutOf({ state: 'unknown', feeds: [] }) }
    expect(reasonsOf(trends(facts, 'emotion.feedback'))).toEqual([])
    expect(reasonsOf(trends(facts, 'emotion.analyze'))).toEqual([])
    expect(reasonsOf(trends(facts))).toEqual([expect.stringContaining('CONVERSATION_DATABASE_URL')])
  })

  it('asks for no rows where its service has no store and asks others', () => {
    const facts = { emotion: carveOutOf({ state: 'unknown' }), conversation: carveOutOf({ state: 'idle' }) }
    expect(reasonsOf(trends(facts, 'ai.insights'))).toEqual([])
  })
})

it('data of several domains comes back in one flip, and goes forward in one each', () => {
  const movesOf = (isForward: boolean) =>
    ['auth', 'auth', 'emotion'].map((each) => {
      return { domain: each, isForward, to: { stage: 'canary', share: 20 } as const }
    })
  expect(refuseTogether(movesOf(false))).toEqual([])
  expect(refuseTogether(movesOf(true))).toMatchObject([
    {
      kind: 'safety',
      message: expect.stringMatching(/^auth and emotion would/),
      next: './fig plan auth --to canary --share 20',
    },
  ])
  expect(refuseTogether(movesOf(true).slice(0, 2))).toEqual([])
})

describe('a domain at a share', () => {
  it('leaves the one home of names where it is, and says so', () => {
    const made = forward({}, { to: 'canary', share: 10 })
    expect(made.plan.stays).toEqual(['auth.register'])
    expect(made.plan.moves.map(({ route }) => route)).toEqual(domain.filter((key) => key !== 'auth.register'))
    expect(reasonsOf(made)).toEqual([])
    expect(forward().plan.stays).toEqual([])
  })

  it('is refused when that home is named itself', () => {
    const made = forward({}, { names: ['auth', 'auth.register'], to: 'canary', share: 10 })
    expect(reasonsOf(made)).toEqual([expect.stringContaining('never split by share')])
  })

  it('is nothing to do when nothing else would move', () => {
    const made = planFlip(
      { names: ['auth'], to: 'canary', share: 10, id: 'p-1' },
      gatesOf(authAt(10), services),
    )
    expect(made).toMatchObject({ plan: { refused: [{ kind: 'noop' }], moves: [] } })
  })
})

describe('data comes back', () => {
  it('with the process of its service down, the first copy unfinished, things set aside, and far behind', () => {
    const ill = feedOf('service', {
      behindMs: 60_000,
      setAside: 4,
      conflicts: 2,
      state: 'faulty',
      reason: 'x',
    })
    const made = back({ isBackfilled: false, feeds: [feedOf('monolith', { state: 'stopped' }), ill] })
    expect(reasonsOf(made)).toEqual([])
    expect(made.movesData).toBe(true)
    expect(made.plan.evidence).toContain(
      'auth: the monolith is 60000 ms behind; 4 set aside, whose users stay on the service',
    )
  })

  it.each<[string, Partial<CarveOutFacts>]>([
    ['the mover is away', { isReachable: false, reason: 'x' }],
    ['a store is away', { state: 'waiting', reason: 'x' }],
    ['the monolith has another file', { state: 'idle' }],
    ['its feed is stopped', { feeds: [feedOf('service', { state: 'stopped', reason: 'x' })] }],
    ['another flip is under way', { flipUnderWay: 'f12' }],
  ])('not while %s', (_why, facts) => {
    expect(back(facts).plan.refused).toMatchObject([{ kind: 'safety' }])
  })

  it('for its reads alone, whatever the mover does', () => {
    const gates = gatesOf(snapshotOf({ 'auth.me': 'service' }), [], {
      auth: carveOutOf({ isReachable: false }),
    })
    expect(planRollback(['auth.me'], 'p-1', gates)).toMatchObject({ plan: { refused: [] }, movesData: false })
  })

  it('for who was left behind, when it is taken back again', () => {
    const rest = back(
      {},
      keeping(snapshotOf(Object.fromEntries(group.map((key) => [key, 'monolith']))), ['bob']),
    )
    expect(rest).toMatchObject({ movesData: true, isForward: false })
    expect(rest.plan).toMatchObject({ refused: [], users: 1, back: 'nothing to undo' })
    expect(rest.plan.moves.map(({ route }) => route)).toEqual(group)
    expect(back({}, snapshotOf()).plan.refused).toMatchObject([{ kind: 'noop' }])
  })

  it('with everything else in one flip', () => {
    const places = { ...Object.fromEntries(domain.map((key) => [key, 'service' as const])), 'ai.reply': 10 }
    const gates = gatesOf(snapshotOf(places), [])
    const all = planRollbackOfAll('p-1', gates)
    expect(all).toMatchObject({ movesData: true, plan: { refused: [] } })
    expect(all.plan.moves.map(({ route }) => route)).toEqual([...domain, 'ai.reply'])
  })

  it('of every domain in one flip, and the users are those of the largest', () => {
    const facts = { conversation: carveOutOf({ users: 90 }), emotion: carveOutOf({ users: 40 }) }
    const all = planRollbackOfAll('p-1', gatesOf(everything, [], facts))
    expect(all).toMatchObject({ movesData: true, isForward: false, plan: { refused: [], users: 200 } })
    expect(new Set(all.plan.moves.map(({ route }) => route.split('.')[0]))).toEqual(new Set(CARVED_OUT))
  })

  it('of no domain when one of them cannot come, with the reason of each', () => {
    const facts = {
      conversation: carveOutOf({ flipUnderWay: 'f9' }),
      emotion: carveOutOf({ state: 'unknown' }),
    }
    expect(nextOf(planRollbackOfAll('p-1', gatesOf(everything, [], facts)))).toEqual([
      'set EMOTION_DATABASE_URL and restart the mover',
      './fig status',
      expect.stringMatching(/^\.\/fig rollback auth\.me auth\.delete .*conversation\.history/),
    ])
  })

  it('later than everything else while the mover is away, and the plan says what can come now', () => {
    const places = { ...Object.fromEntries(domain.map((key) => [key, 'service' as const])), 'ai.reply': 10 }
    const gates = gatesOf(snapshotOf(places), [], { auth: carveOutOf({ isReachable: false, reason: 'x' }) })
    expect(nextOf(planRollbackOfAll('p-1', gates))).toEqual([
      './fig status',
      './fig rollback auth.me auth.delete ai.reply',
    ])
  })

  it('when the flip that took it there is undone', () => {
    const snapshot = authAt('service')
    const moves = domain.map((route) => ({
      route,
      from: { stage: 'monolith', share: 0 } as const,
      to: { stage: 'service', share: 100 } as const,
    }))
    const receipt = {
      ...{ flip: 'f1', by: 'ann', why: null, at: '', moves, also_moves: [], failed: 0, forced: false },
      ...{ waited: { count: 0, worst_ms: 0 }, replicas: [], undo: '' },
    }
    const undo = planUndo({ receipt, laterFlips: [] }, 'p-1', gatesOf(snapshot, []))
    expect(undo).toMatchObject({ movesData: true, isForward: false, plan: { refused: [] } })
    const behind = keeping(snapshotOf({ 'auth.login': 'monolith' }), ['bob'])
    const rest = planUndo({ receipt, laterFlips: [] }, 'p-1', gatesOf(behind, []))
    expect(rest).toMatchObject({ movesData: true, moves: [{ route: 'auth.login' }], plan: { refused: [] } })
  })
})

describe('what it costs', () => {
  it('is about the users of the share, the lag of the feed that is waited for, and a first wait', () => {
    const feeds = [feedOf('monolith', { behindMs: 40 }), feedOf('service', { behindMs: 90 })]
    expect(forward({ feeds }, { to: 'canary', share: 25 }).plan).toMatchObject({
      users: 50,
      lag_ms: 40,
      expected_wait_ms: 140,
    })
    expect(back({ feeds }).plan).toMatchObject({ users: 200, lag_ms: 90, expected_wait_ms: 190 })
  })

  it('is as the earlier flips made people wait, and no less than the lag', () => {
    expect(forward({ earlierWaitsMs: [30, 900, 50] }).plan.expected_wait_ms).toBe(50)
    const feeds = [feedOf('monolith', { behindMs: 700 })]
    expect(forward({ earlierWaitsMs: [30, 50], feeds }).plan.expected_wait_ms).toBe(700)
  })

  it('is not known when the mover does not say, and nothing for what moves no data', () => {
    expect(forward({ users: null, feeds: [] }).plan).toMatchObject({ users: null, lag_ms: null })
    expect(forward({}, { names: ['auth.me'] }).plan).toMatchObject({ users: null, expected_wait_ms: 0 })
    expect(forward({}, { names: ['auth.register'] }).plan.users).toBe(0)
  })
})
