import { describe, expect, it } from 'vitest'
import type { Change, ChangeKind } from './batch.ts'
import type { Mapping } from './entity.ts'
import { type Here, type Planned, planChange } from './plan-change.ts'
import { OWNS_ALL, OWNS_NONE } from './rule.ts'

type Row = { text: string; who: string }
const row = (text: string): Row => ({ text, who: 'anna' })

const mapping: Mapping = {
  name: 'thing',
  group: 'auth',
  translate: (source) => {
    const { text } = source as Row
    if (text === 'bad') throw new Error('no such thing')
    return text === 'over' ? null : source
  },
  partitionOfSource: (source) => (source as Row).who,
  partitionOfCurrent: (current) => (current as Row).who,
}

const GIVEN = { kind: 'change', row: row('new'), current: row('old'), epoch: 5, ownEpoch: 5, isOwn: false }
type Given = {
  kind: ChangeKind
  row: Row | null
  current: Row | null
  epoch: number
  ownEpoch: number
  isOwn: boolean
  isDeleted?: boolean
  isSetAside?: boolean
}

function plan(given: Partial<Given>): Planned {
  const { kind, row: source, current, epoch, ownEpoch, isOwn, ...rest } = { ...GIVEN, ...given } as Given
  const change: Change = { entity: 'thing', key: 'k', row: source, epoch, kind, partition: null }
  const authority = { group: 'auth', epoch: ownEpoch, rule: isOwn ? OWNS_ALL : OWNS_NONE } as const
  const here: Here = { current, isDeleted: false, isSetAside: false, ...rest, authority }
  return planChange(change, here, { mapping, maxRowBytes: 100 })
}

const written: Planned = { does: 'write', row: row('new') }

/** What is given, and what becomes of it: the whole rule of applying, case by case. */
const CASES: [string, Partial<Given>, Planned][] = [
  ['a new row', { current: null }, written],
  ['a changed row', {}, written],
  ['a row that is here already', { row: row('old') }, { does: 'nothing' }],
  ['a row that is gone', { row: null }, { does: 'delete' }],
  ['a row that is gone and never came here', { row: null, current: null }, { does: 'delete' }],
  ['a row that is gone on both sides', { row: null, current: null, isDeleted: true }, { does: 'nothing' }],
  ['a row that was deleted here', { current: null, isDeleted: true }, { does: 'refuse' }],
  ['a row whose key waits', { isSetAside: true }, { does: 'queue' }],
  ['a row that is gone and whose key waits', { row: null, isSetAside: true }, { does: 'queue' }],
  [
    'a row that cannot be mapped',
    { row: row('bad') },
    { does: 'setAside', reason: 'mapping: no such thing' },
  ],
  [
    'a row too large',
    { row: row('x'.repeat(97)) },
    { does: 'setAside', reason: 'oversize: 101 bytes, at most 100' },
  ],
  ['a row that has no place here', { row: row('over') }, { does: 'delete' }],
  ['a row that has no place here, and is not here', { row: row('over'), current: null }, { does: 'nothing' }],
  ['a row that is owned here, at the same epoch', { isOwn: true }, { does: 'keepOwn', loser: row('new') }],
  [
    'a row that is owned here, at a lower epoch',
    { isOwn: true, epoch: 4 },
    { does: 'keepOwn', loser: row('new') },
  ],
  [
    'a row that is owned here, at a higher epoch',
    { isOwn: true, epoch: 6 },
    { ...written, loser: row('old') },
  ],
  ['a row that is owned here and equal', { isOwn: true, row: row('old') }, { does: 'nothing' }],
  ['a delete of what is owned here', { isOwn: true, row: null }, { does: 'keepOwn', loser: null }],
  [
    'a later delete of what is owned here',
    { isOwn: true, row: null, epoch: 6 },
    { does: 'delete', loser: row('old') },
  ],
  ['a copy', { kind: 'copy' }, written],
  ['a copy of what is owned here', { kind: 'copy', isOwn: true }, { does: 'nothing' }],
  ['a copy of a row that is gone', { kind: 'copy', row: null }, { does: 'delete' }],
  [
    'a copy of a row that is gone and is owned here',
    { kind: 'copy', row: null, isOwn: true },
    { does: 'nothing' },
  ],
  ['a claim', { kind: 'claim', current: null }, written],
  ['a claim of a partition owned here', { kind: 'claim', current: null, isOwn: true }, written],
  ['a claim of what is here', { kind: 'claim' }, { does: 'nothing' }],
  ['a claim that is gone', { kind: 'claim', row: null }, { does: 'nothing' }],
  ['a parent that is missing', { kind: 'parent', current: null }, written],
  ['a parent that is here', { kind: 'parent' }, { does: 'nothing' }],
]

describe('what becomes of a change', () => {
  it.each(CASES)('%s', (_title, given, expected) => {
    expect(plan(given)).toEqual(expected)
  })
})
