import { join } from 'node:path'
import { createLogger } from '@emotibot/service-kit'
import { expect, onTestFinished, test } from 'vitest'
import { testFolder } from '../../testing/start-monolith.ts'
import { openStore } from '../open-store.ts'
import { idempotencyKeys } from '../tables.ts'
import { type Claim, findAnswer, KEY_LIFETIME_MS, keepAnswer, purgeAnswers } from './idempotency.ts'

const scope = { group: 'conversation', partition: 'ann' } as const
const claim: Claim = { userId: 'u', key: 'k', route: 'conversation.create', bodyHash: 'h', nowMs: 1_000 }
const answer = { status: 201, body: { id: 'c' } }

function openWithAnswer(of: Claim = claim) {
  const file = join(testFolder(), 'emotibot.sqlite')
  const store = openStore({ file, logger: createLogger('test', 'silent') })
  onTestFinished(() => store.close())
  store.write(scope, (tx) => keepAnswer(tx, of, { scope, answer }))
  return { store, find: (asked: Claim) => store.read((db) => findAnswer(db, asked)) }
}

test('the same request finds its answer for a day', () => {
  const { find } = openWithAnswer()
  expect(find(claim)).toEqual(answer)
  expect(find({ ...claim, nowMs: claim.nowMs + KEY_LIFETIME_MS - 1 })).toEqual(answer)
  expect(find({ ...claim, nowMs: claim.nowMs + KEY_LIFETIME_MS })).toBeNull()
})

test('another key or user finds none; another body or route under the key is refused', () => {
  const { find } = openWithAnswer()
  expect(find({ ...claim, key: 'other' })).toBeNull()
  expect(find({ ...claim, userId: 'other' })).toBeNull()
  const mismatch = expect.objectContaining({ code: 'IDEMPOTENCY_MISMATCH' })
  expect(() => find({ ...claim, bodyHash: 'other' })).toThrow(mismatch)
  expect(() => find({ ...claim, route: 'conversation.send' })).toThrow(mismatch)
})

test('a key past its day takes a new answer', () => {
  const { store, find } = openWithAnswer()
  const later = { ...claim, bodyHash: 'other', nowMs: claim.nowMs + KEY_LIFETIME_MS }
  store.write(scope, (tx) => keepAnswer(tx, later, { scope, answer: { status: 201, body: 'new' } }))
  expect(find(later)).toEqual({ status: 201, body: 'new' })
})

test('a purge forgets a hundred at a time, the oldest first, and only those past their day', () => {
  const { store } = openWithAnswer({ ...claim, nowMs: KEY_LIFETIME_MS * 3 })
  for (let at = 0; at < 120; at++)
    store.write(scope, (tx) => keepAnswer(tx, { ...claim, key: `old-${at}` }, { scope, answer }))
  expect(purgeAnswers(store, KEY_LIFETIME_MS * 3)).toBe(100)
  expect(purgeAnswers(store, KEY_LIFETIME_MS * 3)).toBe(20)
  expect(store.read((db) => db.select().from(idempotencyKeys).all()).map(({ key }) => key)).toEqual(['k'])
})
