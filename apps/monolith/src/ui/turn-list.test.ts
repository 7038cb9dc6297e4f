import type { Turn } from '@emotibot/contracts'
import { describe, expect, it } from 'vitest'
import {
  EMPTY,
  mergeTurn,
  shownUnsent,
  withDelta,
  withNewestPage,
  withOlderPage,
  withTurn,
} from './page/turn-list.js'
import { sampleTurn } from './sample-turn.ts'

function turn(number: number, changes: Partial<Turn> = {}): Turn {
  const timestamp = new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString()
  return sampleTurn({ id: `t${number}`, timestamp, ...changes })
}
const ids = (list: { turns: readonly Turn[] }) => list.turns.map(({ id }) => id)
const page = (turns: Turn[], next_before: string | null = null) => ({ turns, next_before })

describe('the turns of the open conversation', () => {
  it('show a turn once, however often it is told', () => {
    const list = withTurn(withTurn(withTurn(EMPTY, turn(1)), turn(2)), turn(1))
    expect(ids(list)).toEqual(['t1', 't2'])
  })

  it('never go back from a finished reply to a pending one', () => {
    const done = turn(1)
    const late = turn(1, { bot_message: null, reply_status: 'pending' })
    expect(mergeTurn(done, late)).toBe(done)
    expect(withNewestPage(withTurn(EMPTY, done), page([late])).turns).toEqual([done])
  })

  it('take the last word of a finished turn', () => {
    const list = withTurn(withTurn(EMPTY, turn(1)), turn(1, { bot_message: 'rather this' }))
    expect(list.turns[0]?.bot_message).toBe('rather this')
  })

  it('keep older turns that are loaded when the newest page comes again', () => {
    const loaded = withOlderPage(
      withNewestPage(EMPTY, page([turn(3), turn(4)], '3')),
      page([turn(1), turn(2)]),
    )
    const again = withNewestPage(loaded, page([turn(3), turn(4), turn(5)], '3'))
    expect(ids(again)).toEqual(['t1', 't2', 't3', 't4', 't5'])
    expect(again.olderBefore).toBeNull()
  })

  it('drop what does not join on to the newest page rather than hide a gap', () => {
    const loaded = withNewestPage(EMPTY, page([turn(1), turn(2)]))
    const afterGap = withNewestPage(loaded, page([turn(8), turn(9)], '8'))
    expect(ids(afterGap)).toEqual(['t8', 't9'])
    expect(afterGap.olderBefore).toBe('8')
  })

  it('lose a turn that was deleted elsewhere and keep one that came in meanwhile', () => {
    const loaded = withNewestPage(EMPTY, page([turn(1), turn(2), turn(3)]))
    const live = withTurn(loaded, turn(4))
    expect(ids(withNewestPage(live, page([turn(1), turn(3)])))).toEqual(['t1', 't3', 't4'])
  })
})

describe('a streamed reply', () => {
  it('is put together by UTF-16 offsets', () => {
    expect(withDelta('Hi 🙂', { offset: 5, text: ' there' })).toBe('Hi 🙂 there')
  })

  it('does not change when a piece comes twice', () => {
    expect(withDelta('Hello there', { offset: 6, text: 'there' })).toBe('Hello there')
  })

  it('goes on from a piece that overlaps', () => {
    expect(withDelta('Hello th', { offset: 6, text: 'there' })).toBe('Hello there')
  })

  it('stays as it is after a gap', () => {
    expect(withDelta('Hello', { offset: 9, text: 'x' })).toBe('Hello')
  })
})

describe('a message that is being sent', () => {
  const unsent = [
    { key: 'a', conversationId: 'c', text: 'hello', queuedAtMs: 10 },
    { key: 'b', conversationId: 'c', text: 'hello', queuedAtMs: 11 },
  ]

  it('gives way to the turn that was heard of by socket, one for one', () => {
    expect(shownUnsent(unsent, [{ text: 'hello', heardAtMs: 12 }])).toEqual([unsent[1]])
  })

  it('stays in sight beside a turn with the same text that was there before', () => {
    expect(shownUnsent(unsent, [{ text: 'hello', heardAtMs: 9 }])).toEqual(unsent)
  })
})
