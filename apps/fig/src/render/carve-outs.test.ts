import type { CarveOutStatus, VerifyStatus } from '@emotibot/contracts'
import { describe, expect, it } from 'vitest'
import { plainColors } from '../terminal.ts'
import { exampleCarveOut, exampleFeed, exampleStatus } from '../testing/examples.ts'
import { renderCarveOuts } from './carve-outs.ts'
import { renderSetAside } from './set-aside.ts'
import { renderVerify } from './verify.ts'

const verified: VerifyStatus = {
  state: 'done',
  reason: null,
  compared: 124,
  differences: [],
  difference_count: 0,
  repaired: 0,
  unsettled: 0,
  started_at: '2030-01-01T00:00:00.000Z',
  ended_at: '2030-01-01T00:00:01.000Z',
}

const change = {
  entity: 'users',
  key: 'u-1',
  reason: 'the e-mail has 900 characters and the other side holds 254',
  attempts: 3,
  since: '2030-01-01T00:00:00.000Z',
}

const linesOf = (carveOut: CarveOutStatus) =>
  renderCarveOuts(exampleStatus({ carve_outs: [carveOut] }), plainColors)

describe('a carve-out', () => {
  it('says how far each feed is, what was copied and what the last comparison found', () => {
    expect(linesOf(exampleCarveOut({ verify: verified }))).toEqual([
      'mover: up',
      '',
      'auth: kept in step',
      '  monolith → service    running, 0 behind, 3 ms',
      '  service → monolith    running, 0 behind, 3 ms',
      '  copied                users 5',
      '  compared              124 rows, 0 differ (at 2030-01-01 00:00:00Z)',
    ])
  })

  it('that was not begun names the command that begins it', () => {
    expect(linesOf(exampleCarveOut({ state: 'idle' })).at(-1)).toBe(
      'auth: not begun. Next:  ./fig backfill auth',
    )
  })

  it('that needs somebody says why', () => {
    const stopped = exampleFeed('monolith', 'service', { state: 'stopped', reason: 'the column x is gone' })
    const aside = exampleFeed('service', 'monolith', { set_aside: [change], conflicts: 2 })
    const text = linesOf(exampleCarveOut({ feeds: [stopped, aside] })).join('\n')
    expect(text).toContain('STOPPED')
    expect(text).toContain('the column x is gone')
    expect(text).toContain('1, see ./fig set-aside auth')
    expect(text).toMatch(/conflicts +2, see \.\/fig set-aside auth/)
  })

  it('whose mover is away says so', () => {
    const mover = { is_up: false, reason: 'nothing listens there' }
    expect(renderCarveOuts(exampleStatus({ mover }), plainColors)).toEqual([
      'mover: DOWN: nothing listens there',
    ])
  })

  it('keeps to 80 columns, however long a reason is', () => {
    const reason = 'the place remembers an entry that the feed does not have '.repeat(5)
    const feed = exampleFeed('monolith', 'service', { state: 'stopped', reason })
    const lines = linesOf(exampleCarveOut({ state: 'moving', feeds: [feed], verify: verified }))
    const waiting = linesOf(exampleCarveOut({ state: 'waiting', reason }))
    const all = [...lines, ...waiting].flatMap((line) => line.split('\n'))
    expect(Math.max(...all.map((line) => line.length))).toBeLessThanOrEqual(80)
  })
})

it('a flip that is under way says who waits, how far it is and how to give it up', () => {
  const flip = {
    flip: 'f7',
    kind: 'flip',
    by: 'nora',
    state: 'held',
    step: 'applied',
    held_ms: 120.4,
    moves: [
      { route: 'auth.login', from: { stage: 'monolith', share: 0 }, to: { stage: 'service', share: 100 } },
    ],
  } as const
  const lines = renderCarveOuts(exampleStatus({ flip: { ...flip, moves: [...flip.moves] } }), plainColors)
  expect(lines.slice(2)).toEqual([
    'Flip f7 by nora is under way (applied): requests wait, 120 ms so far',
    '  auth.login   monolith → service',
    '  Give it up:  ./fig abort f7',
  ])
})

describe('what is set aside', () => {
  it('is listed with its reason and the next command', () => {
    const aside = exampleFeed('monolith', 'service', { set_aside: [change] })
    const text = renderSetAside([exampleCarveOut({ feeds: [aside] })], plainColors)
    expect(text).toBe(
      [
        'auth: set aside, everything else goes on',
        '  x users u-1, for the service, tried 3 times since 2030-01-01T00:00:00.000Z',
        '    the e-mail has 900 characters and the other side holds 254',
        '',
        'Mend the reason, then try them again:  ./fig settle auth',
      ].join('\n'),
    )
  })

  it('is followed by the conflicts, each with who won, and how to dismiss them', () => {
    const conflict = { id: 4, entity: 'users', key: 'u-1', winner: 'service' } as const
    const rest = { epochs: { monolith: 3, service: 4 }, at: '2030-01-01T00:00:00.000Z' }
    const conflict_list = [{ ...conflict, ...rest }]
    const feed = exampleFeed('monolith', 'service', { conflicts: 3, conflict_list })
    expect(renderSetAside([exampleCarveOut({ feeds: [feed] })], plainColors)).toBe(
      [
        'auth: changed on both sides, which must not happen; what lost is kept',
        '  x 4 at the service: users u-1, kept: the service (epoch 4, the monolith 3),',
        '    2030-01-01T00:00:00.000Z',
        '  and 2 more, listed once these are dismissed',
        '',
        'Look at each, then say so:  ./fig settle auth --conflicts',
      ].join('\n'),
    )
    const both = { ...feed, set_aside: [change] }
    expect(renderSetAside([exampleCarveOut({ feeds: [both] })], plainColors)).toMatch(
      /fig settle auth\n\nauth: changed on both sides/,
    )
  })

  it('is nothing, or not known', () => {
    expect(renderSetAside([exampleCarveOut()], plainColors)).toBe('auth: nothing is set aside.')
    const unknown = exampleFeed('monolith', 'service', { set_aside: null })
    expect(renderSetAside([exampleCarveOut({ feeds: [unknown] })], plainColors)).toContain('not known')
  })
})

describe('a comparison', () => {
  const difference = { entity: 'users', key: 'u-1', kind: 'different', is_set_aside: false }

  it('that found nothing says so', () => {
    expect(renderVerify('auth', verified, plainColors)).toBe(
      'auth: 124 rows compared, 0 differ, 0 repaired, 0 unsettled\n\nBoth sides hold the same.',
    )
  })

  it.each([
    [{}, './fig verify auth --repair'],
    [{ repaired: 1 }, 'Compare again:  ./fig verify auth'],
    [{ differences: [{ ...difference, is_set_aside: true }] }, './fig set-aside auth'],
  ])('that found something names the next command (%j)', (changed, next) => {
    const report = { ...verified, difference_count: 1, differences: [difference], ...changed }
    expect(renderVerify('auth', report, plainColors)).toContain(next)
  })
})
