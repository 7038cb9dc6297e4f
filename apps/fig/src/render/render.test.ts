import { movableRoutes } from '@emotibot/contracts'
import { describe, expect, it } from 'vitest'
import { RefusedError } from '../errors.ts'
import { createTerminal, plainColors } from '../terminal.ts'
import { examplePlan, exampleReceipt, exampleRoute, exampleStatus } from '../testing/examples.ts'
import { renderAudit } from './audit.ts'
import { changesBetween } from './changes.ts'
import { renderError } from './error.ts'
import { renderPlan } from './plan.ts'
import { renderReceipt } from './receipt.ts'
import { renderStatus } from './status.ts'
import { renderWhy } from './why.ts'

describe('the status', () => {
  it('is one line per route, with the upstreams and who is needed below', () => {
    const text = renderStatus(
      exampleStatus({
        routes: [exampleRoute('emotion.analyze', 'canary', 25), exampleRoute('auth.login')],
        needs: ['emotion.analyze falls back: emotion is not ready'],
        upstreams: [
          { name: 'emotion', is_ready: false, breaker: 'open', build: null, reason: 'ECONNREFUSED' },
        ],
      }),
      plainColors,
    )
    expect(text).toBe(
      [
        'EmotiBot: ledger up, version 7, 1 of 1 facade replicas live',
        '',
        'ROUTE            STAGE     SHARE  MONOLITH  SERVICE  FALLBACK  FAILED',
        'emotion.analyze  canary      25%        12        0         0       0',
        'auth.login       monolith     0%        12        0         0       0',
        '',
        'emotion: NOT READY, breaker open: ECONNREFUSED',
        'mover: up',
        '',
        'Needs someone (1):',
        '  emotion.analyze falls back: emotion is not ready',
      ].join('\n'),
    )
  })

  it('fits 80 columns with every route and six digits of requests', () => {
    const routes = movableRoutes.map(({ key }) => ({
      ...exampleRoute(key, 'canary', 99),
      requests: { monolith: 123_456, service: 123_456, fallback: 123_456, failed: 12_345 },
    }))
    const lines = renderStatus(exampleStatus({ routes }), plainColors).split('\n')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
  })
})

it('a plan names what it does, what it costs, and both commands', () => {
  const text = renderPlan(
    examplePlan({ also_moves: ['emotion.feedback'] }),
    './fig flip emotion.analyze --to canary --share 25',
    plainColors,
  )
  expect(text).toBe(
    [
      'Plan: nothing is changed yet',
      '  emotion.analyze   monolith → canary 25%',
      '  also moves, sharing a write group: emotion.feedback',
      '',
      'Moves 12 users. Requests are expected to wait 0 ms.',
      '',
      'Do it:    ./fig flip emotion.analyze --to canary --share 25',
      'Undo it:  ./fig rollback emotion.analyze',
    ].join('\n'),
  )
})

it('a receipt says what moved, who waited, and how to undo it', () => {
  const text = renderReceipt(
    exampleReceipt({ waited: { count: 3, worst_ms: 12.4 }, why: 'ramp' }),
    plainColors,
  )
  expect(text).toBe(
    [
      'Done: flip f7a1',
      '  emotion.analyze   monolith → canary 25%',
      '',
      '3 requests waited, the longest 12 ms.',
      'No request failed.',
      'Every facade routes by it (1 of 1).',
      'By nora at 2030-01-01T00:00:00.000Z: ramp',
      '',
      'Undo it:  ./fig rollback f7a1',
    ].join('\n'),
  )
})

it('a receipt does not hide a facade that has not taken it up, nor what failed', () => {
  const replicas = [{ id: 'facade-2', acknowledged: false, after_ms: null }]
  const text = renderReceipt(exampleReceipt({ replicas, failed: 1, forced: true }), plainColors)
  expect(text).toContain('NOT every facade has taken it up yet: facade-2. Look with:  ./fig status')
  expect(text).toContain('1 request FAILED.')
  expect(text).toContain('It was forced past missing evidence')
})

it('a refusal gives each reason its kind and its next command', () => {
  const plan = examplePlan({
    refused: [
      { kind: 'safety', message: 'emotion is not ready', next: './fig status' },
      { kind: 'noop', message: 'auth.login is on the monolith already', next: null },
    ],
  })
  expect(renderError(new RefusedError('Refused.', plan), plainColors)).toBe(
    [
      'Refused, and nothing was changed:',
      '  x emotion is not ready (safety, holds against --force)',
      '    next:  ./fig status',
      '  x auth.login is on the monolith already (nothing to do)',
    ].join('\n'),
  )
})

it('why gives the answer first and then the steps', () => {
  const why = {
    route: 'emotion.analyze',
    partition: 'nora',
    bucket: 7,
    stage: 'canary',
    share: 25,
    side: 'service',
    reason: 'bucket 7 is below the share of 25%',
    last_flip: 'f7a1',
  } as const
  expect(renderWhy('Nora', why, plainColors).split('\n')[0]).toBe(
    'Nora on emotion.analyze is answered by the service.',
  )
})

it('the audit gives every entry its time, its author and its reason', () => {
  const entry = {
    at: '2030-01-01T10:20:30.123Z',
    by: 'nora',
    action: 'flip',
    flip: 'f7a1',
    summary: 'emotion.analyze monolith to canary 25%',
    why: 'ramp',
  } as const
  expect(renderAudit([entry], plainColors)).toBe(
    '2030-01-01 10:20:30Z  nora  flip  f7a1\n    emotion.analyze monolith to canary 25%\n    why: ramp',
  )
})

it('an order that has ended is told by its end alone', () => {
  const base = { at: '2030-01-01T10:20:30.123Z', by: 'nora', summary: 'auth', why: null }
  const ordered = { ...base, action: 'ordered', flip: 'f1' } as const
  const ended = { ...base, action: 'abandoned', flip: 'f1' } as const
  expect(renderAudit([ended, ordered], plainColors)).toBe(renderAudit([ended], plainColors))
  expect(renderAudit([ordered], plainColors)).toContain('ordered')
})

it('long reasons stay within 80 columns', () => {
  const message =
    'The emotion service does not answer emotion.trends; it answers emotion.analyze, emotion.batch.'
  const plan = examplePlan({ refused: [{ kind: 'safety', message, next: null }] })
  expect(renderError(new RefusedError('Refused.', plan), plainColors).split('\n').slice(1)).toEqual([
    '  x The emotion service does not answer emotion.trends; it answers',
    '    emotion.analyze, emotion.batch. (safety, holds against --force)',
  ])
})

describe('changes', () => {
  it('are silent when only counters grew', () => {
    const busier = exampleStatus({
      routes: exampleStatus().routes.map((route) => ({
        ...route,
        requests: { ...route.requests, monolith: 99 },
      })),
    })
    expect(changesBetween(exampleStatus(), busier)).toEqual([])
  })

  it('name an upstream that went and what needs someone', () => {
    const [monolith, emotion] = exampleStatus().upstreams
    const after = exampleStatus({
      upstreams: [monolith!, { ...emotion!, is_ready: false, breaker: 'open', reason: 'ECONNREFUSED' }],
      needs: ['emotion is down'],
    })
    expect(changesBetween(exampleStatus(), after)).toEqual([
      'emotion is not ready: ECONNREFUSED (breaker open)',
      'needs someone: emotion is down',
    ])
  })

  it('name a flip that moves data while it does, and a mover that went', () => {
    const flip = { flip: 'f7', kind: 'flip', by: 'nora', step: null, held_ms: null, moves: [] } as const
    const at = (state: 'ordered' | 'held') => exampleStatus({ flip: { ...flip, moves: [], state } })
    expect(changesBetween(exampleStatus(), at('ordered'))).toEqual(['flip f7 by nora is ordered'])
    expect(changesBetween(at('ordered'), at('held'))).toEqual(['flip f7 by nora is held'])
    expect(changesBetween(at('held'), exampleStatus())).toEqual(['flip f7 has ended'])
    const gone = exampleStatus({ mover: { is_up: false, reason: 'nothing listens there' } })
    expect(changesBetween(exampleStatus(), gone)).toEqual(['the mover is down: nothing listens there'])
  })
})

it('colours are for terminals that did not ask for none', () => {
  const stream = { isTTY: true, write: () => true }
  expect(createTerminal(stream, {}).colors.red('x')).not.toBe('x')
  expect(createTerminal(stream, { NO_COLOR: '1' }).colors.red('x')).toBe('x')
  expect(createTerminal({ write: () => true }, {}).colors.red('x')).toBe('x')
})
