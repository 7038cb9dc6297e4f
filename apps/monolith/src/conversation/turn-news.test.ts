import type { FrameOut } from '@emotibot/contracts'
import { expect, test } from 'vitest'
import type { TurnRow } from '../store/tables.ts'
import { createTurnNews } from './turn-news.ts'

const row: TurnRow = {
  id: 't',
  userId: 'u',
  ownerKey: 'ann',
  userMessage: 'hello',
  botMessage: '',
  replyStatus: 'pending',
  detectedEmotion: 'neutral',
  emotionStatus: 'complete',
  confidence: 1,
  polarity: 0,
  subjectivity: 0,
  timestamp: '2024-05-01T18:22:41.123Z',
  timeKey: '2024-05-01T18:22:41.123Z',
  updatedAt: '2024-05-01T18:22:41.123Z',
  threadId: 'c',
  seq: 1,
  docid: 1,
  revision: 1,
}

function listen() {
  const heard: string[] = []
  const publish = (_userId: string, frame: FrameOut) =>
    heard.push('event_id' in frame ? `${frame.type} ${frame.event_id}` : frame.type)
  return { heard, news: createTurnNews({ publish }) }
}

const at = (revision: number, id = 't'): TurnRow => ({ ...row, id, revision })

test('a revision is told once, by whichever way it is known first', () => {
  const { heard, news } = listen()
  news.created(at(1))
  news.tell(at(1))
  news.tell(at(2))
  news.updated(at(2))
  expect(heard).toEqual(['turn.created t.1', 'turn.updated t.2'])
})

test('what comes late is not told after what is newer', () => {
  const { heard, news } = listen()
  news.updated(at(3))
  news.tell(at(2))
  expect(heard).toEqual(['turn.updated t.3'])
})

test('a turn that was never told of is new, however often it changed', () => {
  const { heard, news } = listen()
  news.tell(at(2))
  expect(heard).toEqual(['turn.created t.2'])
})

test('of many turns the latest are remembered', () => {
  const { heard, news } = listen()
  news.created(at(1, 'early'))
  for (let count = 0; count < 9_999; count++) news.created(at(1, `t${count}`))
  heard.length = 0
  news.tell(at(1, 'early'))
  news.created(at(1, 'one more'))
  news.tell(at(1, 'early'))
  news.tell(at(1, 't0'))
  expect(heard).toEqual(['turn.created one more.1', 'turn.created t0.1'])
})

test('a turn of nobody is nobody’s news', () => {
  const { heard, news } = listen()
  news.tell({ ...row, userId: null })
  expect(heard).toEqual([])
})
