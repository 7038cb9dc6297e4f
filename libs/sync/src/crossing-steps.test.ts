import { bucketOf, type WriteGroup } from '@emotibot/contracts'
import { describe, expect, it } from 'vitest'
import type { FencedRow } from './authority.ts'
import { type CrossingView, type FlipToCross, nextStep } from './crossing.ts'
import { createSplit, ruleOf, type Split } from './crossing-split.ts'
import type { GroupRows } from './crossing-state.ts'

const NOBODY = { known: [], isAnyUnknown: false }
const ALL_MONOLITH = createSplit(0, [])
/** Their buckets are not below the shares used here. */
const [ANNA = '', BOB = ''] = ['anna', 'bob', 'cleo', 'dora', 'emil', 'fay'].filter(
  (name) => bucketOf(name) >= 20,
)

type Row = Partial<Omit<FencedRow, 'rule' | 'before'>> & { readonly split: Split; readonly before?: Split }

/** Both rows of a group, by the splits they tell. */
function rowsOf(group: WriteGroup, monolith: Row, service: Row): GroupRows {
  const rowOf = (side: 'monolith' | 'service', { split, before, ...more }: Row): FencedRow => ({
    group,
    epoch: 1,
    flip: null,
    ...more,
    rule: ruleOf(split, side),
    before: before ? ruleOf(before, side) : null,
  })
  return { group, monolith: rowOf('monolith', monolith), service: rowOf('service', service) }
}

const atRest = (split: Split, group: WriteGroup = 'auth') => rowsOf(group, { split }, { split })
const given = (before: Split, after: Split, flip = 'f1') =>
  rowsOf('auth', { split: after, before, epoch: 2, flip }, { split: before })

const toShare = (share: number, more: Partial<FlipToCross> = {}): FlipToCross => ({
  id: 'f1',
  state: 'held',
  targets: [{ group: 'auth', share, epoch: 0 }],
  mustStop: null,
  ...more,
})

function stepOf(rows: readonly GroupRows[], more: Partial<CrossingView> = {}) {
  return nextStep({
    rows,
    areRowsFresh: true,
    flip: null,
    isFlipKnown: true,
    areRowsOfFlip: true,
    isGapOld: false,
    setAside: { monolith: NOBODY, service: NOBODY },
    applied: new Map(),
    ...more,
  })
}

describe('a flip on its way', () => {
  it('has requests of the moving buckets held, then all of its groups given up at one epoch above every other', () => {
    const flip = toShare(20, {
      targets: [
        { group: 'auth', share: 20, epoch: 7 },
        { group: 'auth.claim', share: 100, epoch: 0 },
      ],
    })
    const rows = [atRest(ALL_MONOLITH), atRest(ALL_MONOLITH, 'auth.claim')]
    expect(stepOf(rows, { flip: { ...flip, state: 'ordered' } })).toEqual({
      step: 'hold',
      from: 'monolith',
      spans: [
        { group: 'auth', low: 0, high: 20 },
        { group: 'auth.claim', low: 0, high: 100 },
      ],
    })
    expect(stepOf(rows, { flip })).toMatchObject({
      step: 'giveUp',
      side: 'monolith',
      fences: [
        { group: 'auth', fromEpoch: 1, epoch: 8, flip: 'f1' },
        { group: 'auth.claim', fromEpoch: 1, epoch: 2, flip: 'f1' },
      ],
    })
  })

  it('opens at the epoch of the give-up once that was applied, and is recorded at it', () => {
    const after = createSplit(20, [])
    const view = { flip: toShare(20) }
    const rows = [given(ALL_MONOLITH, after)]
    expect(stepOf(rows, view)).toMatchObject({ step: 'applied', from: 'monolith' })
    expect(stepOf(rows, { ...view, applied: new Map([['auth', 1]]) })).toMatchObject({ step: 'applied' })
    expect(stepOf(rows, { ...view, applied: new Map([['auth', 2]]) })).toMatchObject({
      step: 'open',
      side: 'service',
      fences: [{ fromEpoch: 1, epoch: 2, rule: ruleOf(after, 'service') }],
    })
    const crossed = rowsOf(
      'auth',
      { split: after, before: ALL_MONOLITH, epoch: 2, flip: 'f1' },
      { split: after, epoch: 2, flip: 'f1' },
    )
    const late = { ...view, flip: toShare(20, { mustStop: 'its time is over' }) }
    expect(stepOf([crossed], late)).toEqual({ step: 'record', epochs: new Map([['auth', 2]]), kept: [] })
  })

  it('does nothing for a flip that the ledger was not asked about since the rows were read', () => {
    expect(stepOf([atRest(ALL_MONOLITH)], { flip: toShare(20), isFlipKnown: false })).toEqual({
      step: 'nothing',
      odd: [],
    })
  })

  it('is not called done by rows that are older than it, though they are as it wants them', () => {
    const view = { flip: toShare(0) }
    expect(stepOf([atRest(ALL_MONOLITH)], { ...view, areRowsOfFlip: false })).toMatchObject({
      step: 'nothing',
    })
    expect(stepOf([atRest(ALL_MONOLITH)], view)).toMatchObject({ step: 'record' })
  })

  it('does not go on while a store is away, but may be taken back', () => {
    const view = { flip: toShare(20), areRowsFresh: false }
    expect(stepOf([atRest(ALL_MONOLITH)], view)).toMatchObject({ step: 'nothing' })
    const gap = given(ALL_MONOLITH, createSplit(20, []))
    const applied = new Map<WriteGroup, number>([['auth', 2]])
    expect(stepOf([gap], { ...view, applied })).toMatchObject({ step: 'nothing' })
    expect(stepOf([gap], { ...view, flip: toShare(20, { mustStop: 'late' }) })).toMatchObject({
      step: 'close',
    })
  })
})

describe('a flip that must not go on', () => {
  const after = createSplit(20, [])
  const mustStop = 'its time is over'

  it('is taken back at the source alone before anything was given up, and abandoned then', () => {
    const flip = toShare(20, { mustStop })
    expect(stepOf([atRest(ALL_MONOLITH)], { flip })).toMatchObject({
      step: 'reopen',
      side: 'monolith',
      fences: [{ epoch: 2, rule: ruleOf(ALL_MONOLITH, 'monolith'), flip: 'f1' }],
    })
    const marked = rowsOf('auth', { split: ALL_MONOLITH, epoch: 2, flip: 'f1' }, { split: ALL_MONOLITH })
    expect(stepOf([marked], { flip })).toEqual({ step: 'abandon', reason: mustStop })
    expect(stepOf([marked], { flip: toShare(20) })).toMatchObject({ step: 'abandon' })
  })

  it('is closed at the destination above the give-up, then opened again at the source with the rule it had', () => {
    const flip = toShare(20, { mustStop })
    expect(stepOf([given(ALL_MONOLITH, after)], { flip })).toMatchObject({
      step: 'close',
      side: 'service',
      fences: [{ fromEpoch: 1, epoch: 3, flip: 'f1' }],
    })
    const closed = rowsOf(
      'auth',
      { split: after, before: ALL_MONOLITH, epoch: 2, flip: 'f1' },
      { split: ALL_MONOLITH, epoch: 3, flip: 'f1' },
    )
    // Not even a driver that still has time opens it now.
    expect(stepOf([closed], { flip: toShare(20), applied: new Map([['auth', 2]]) })).toMatchObject({
      step: 'reopen',
      side: 'monolith',
      fences: [{ fromEpoch: 2, epoch: 3, rule: ruleOf(ALL_MONOLITH, 'monolith') }],
    })
  })

  it('is one whose gap nobody drives: at once when the ledger knows of none, after a while when nobody can know', () => {
    const rows = [given(ALL_MONOLITH, after, 'f0')]
    expect(stepOf(rows)).toMatchObject({ step: 'close' })
    expect(stepOf(rows, { flip: toShare(20) })).toMatchObject({ step: 'close' })
    expect(stepOf(rows, { isFlipKnown: false })).toMatchObject({ step: 'nothing' })
    expect(stepOf(rows, { isFlipKnown: false, isGapOld: true })).toMatchObject({ step: 'close' })
  })

  it('is one that would move its groups in both directions', () => {
    const flip = toShare(0, {
      targets: [
        { group: 'auth', share: 0, epoch: 0 },
        { group: 'auth.claim', share: 100, epoch: 0 },
      ],
    })
    const rows = [atRest(after), atRest(ALL_MONOLITH, 'auth.claim')]
    expect(stepOf(rows, { flip })).toMatchObject({ step: 'reopen' })
  })
})

describe('changes that are set aside', () => {
  const aside = (...known: string[]) => ({ known, isAnyUnknown: false })

  it('keep their partition from moving forward, and the flip with it', () => {
    const setAside = { monolith: NOBODY, service: aside(ANNA) }
    expect(stepOf([atRest(ALL_MONOLITH)], { flip: toShare(100), setAside })).toMatchObject({ step: 'reopen' })
    // Nobody of those is moving.
    expect(stepOf([atRest(ALL_MONOLITH)], { flip: toShare(1), setAside })).toMatchObject({ step: 'giveUp' })
    const rows = [given(ALL_MONOLITH, createSplit(100, []))]
    const applied = new Map<WriteGroup, number>([['auth', 2]])
    expect(stepOf(rows, { flip: toShare(100), setAside, applied })).toMatchObject({ step: 'close' })
  })

  it('keep their partition on the service when all others are rolled back', () => {
    const setAside = { monolith: aside(ANNA), service: NOBODY }
    expect(stepOf([atRest(createSplit(100, []))], { flip: toShare(0), setAside })).toMatchObject({
      step: 'giveUp',
      side: 'service',
      fences: [{ rule: { low: 0, high: 0, allow: [ANNA], deny: [] } }],
    })
    const there = createSplit(0, [ANNA])
    const gap = rowsOf(
      'auth',
      { split: createSplit(100, []) },
      { split: there, before: createSplit(100, []), epoch: 2, flip: 'f1' },
    )
    const applied = new Map<WriteGroup, number>([['auth', 2]])
    expect(stepOf([gap], { flip: toShare(0), setAside, applied })).toMatchObject({
      step: 'open',
      side: 'monolith',
      fences: [{ rule: { low: 0, high: 100, allow: [], deny: [ANNA] } }],
    })
    const crossed = rowsOf(
      'auth',
      { split: there, epoch: 2, flip: 'f1' },
      { split: there, before: createSplit(100, []), epoch: 2, flip: 'f1' },
    )
    // Hers came through meanwhile: she moves with the next roll back, not with this one.
    expect(stepOf([crossed], { flip: toShare(0) })).toMatchObject({ step: 'record', kept: [ANNA] })
  })

  it('that were settled let their partitions go with the next roll back', () => {
    const kept = createSplit(0, [ANNA, BOB])
    const setAside = { monolith: aside(BOB), service: NOBODY }
    const flip = toShare(0, { id: 'f2', state: 'ordered' })
    const bucket = bucketOf(ANNA)
    expect(stepOf([atRest(kept)], { flip, setAside })).toEqual({
      step: 'hold',
      from: 'service',
      spans: [{ group: 'auth', low: bucket, high: bucket + 1 }],
    })
    expect(stepOf([atRest(kept)], { flip: { ...flip, state: 'held' }, setAside })).toMatchObject({
      fences: [{ rule: { allow: [BOB] } }],
    })
  })

  it('of nobody in particular hold up whatever moves', () => {
    const setAside = { monolith: NOBODY, service: { known: [], isAnyUnknown: true } }
    expect(stepOf([atRest(ALL_MONOLITH)], { flip: toShare(1), setAside })).toMatchObject({ step: 'reopen' })
  })
})

it('rows that make no sense together are touched by nobody', () => {
  const overlap = rowsOf('auth', { split: ALL_MONOLITH }, { split: createSplit(20, []) })
  expect(stepOf([overlap], { flip: toShare(20, { mustStop: 'late' }) })).toEqual({
    step: 'nothing',
    odd: ['auth'],
  })
  const byHand = atRest(ALL_MONOLITH)
  const rule = { low: 40, high: 50, allow: [], deny: [] }
  expect(stepOf([{ ...byHand, service: { ...byHand.service, rule } }])).toEqual({
    step: 'nothing',
    odd: ['auth'],
  })
})
