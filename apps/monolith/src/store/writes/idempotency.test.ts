import { join } from 'node:path'
import { createLogger } from '@emotibot/service-kit'
import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { giveUp, openFile, without } from '../../testing/other-side.ts'
import { testFolder } from '../../testing/start-monolith.ts'
import { openStore } from '../open-store.ts'
import { idempotencyKeys } from '../tables.ts'
import { type Claim, findAnswer, keepAnswer } from './idempotency.ts'
import { KEY_LIFETIME_MS, purgeAnswers } from './purge-answers.ts'

const claim: Claim = {
  userId: 'u',
  key: 'k',
  route: 'conversation.create',
  group: 'conversation',
  bodyHash: 'h',
  nowMs: 1_000,
}
const answer = { status: 201, body: { id: 'c' } }

function openWithAnswer(of: Claim = claim) {
  const file = join(testFolder(), 'emotibot.sqlite')
  const store = openStore({ file, logger: createLogger('test', 'silent') })
  onTestFinished(() => store.close())
  const keep = (kept: Claim) =>
    store.write({ group: kept.group, partition: 'ann' }, (tx) =>
      keepAnswer(tx, kept, { ...answer, partition: 'ann' }),
    ).position
  keep(of)
  return { file, store, keep, find: (asked: Claim) => store.read((db) => findAnswer(db, asked)) }
}

test('the same request finds its answer until that is forgotten, which is not before a day', () => {
  const { store, find } = openWithAnswer()
  expect(find(claim)).toEqual(answer)
  expect(purgeAnswers(store, claim.nowMs + KEY_LIFETIME_MS - 1)).toBe(0)
  expect(find(claim)).toEqual(answer)
  expect(purgeAnswers(store, claim.nowMs + KEY_LIFETIME_MS)).toBe(1)
  expect(find(claim)).toBeNull()
})

test('another key or user finds none; another body or route under the key is refused', () => {
  const { find } = openWithAnswer()
  expect(find({ ...claim, key: 'other' })).toBeNull()
  expect(find({ ...claim, userId: 'other' })).toBeNull()
  const mismatch = expect.objectContaining({ code: 'IDEMPOTENCY_MISMATCH' })
  expect(() => find({ ...claim, bodyHash: 'other' })).toThrow(mismatch)
  expect(() => find({ ...claim, route: 'conversation.send' })).toThrow(mismatch)
})

test('a key that was forgotten takes a new answer', () => {
  const { store, keep, find } = openWithAnswer()
  purgeAnswers(store, claim.nowMs + KEY_LIFETIME_MS)
  keep({ ...claim, bodyHash: 'other' })
  expect(find({ ...claim, bodyHash: 'other' })).toEqual(answer)
})

test('an answer of auth is in the feed with its end, one of another group is not', () => {
  const { store, keep } = openWithAnswer()
  const registered: Claim = { ...claim, userId: '', route: 'auth.register', group: 'auth.claim' }
  expect(keep({ ...claim, key: 'k2' })).toEqual({})
  const [seq = 0] = Object.values(keep(registered))
  expect(purgeAnswers(store, claim.nowMs + KEY_LIFETIME_MS)).toBe(3)
  const entries = store.read((db) => db.all(sql`SELECT seq, entity, key, write_group FROM feed ORDER BY seq`))
  const entry = { entity: 'answer', key: '\u001fk' }
  expect(entries).toEqual([
    { ...entry, seq, write_group: 'auth.claim' },
    { ...entry, seq: seq + 1, write_group: 'auth' },
  ])
})

test('a purge leaves what the other side owns, which that side forgets', () => {
  const { file, store, keep, find } = openWithAnswer()
  const registered: Claim = { ...claim, userId: '', route: 'auth.register', group: 'auth.claim' }
  keep(registered)
  giveUp(openFile({ file }), 'auth', without('ann'))
  purgeAnswers(store, claim.nowMs + KEY_LIFETIME_MS)
  expect([find(claim), find(registered)]).toEqual([null, answer])
})

test('a purge forgets a hundred at a time, the oldest first, and only those past their day', () => {
  const { store, keep } = openWithAnswer({ ...claim, nowMs: KEY_LIFETIME_MS * 3 })
  for (let at = 0; at < 120; at++) keep({ ...claim, key: `old-${at}` })
  expect(purgeAnswers(store, KEY_LIFETIME_MS * 3)).toBe(100)
  expect(purgeAnswers(store, KEY_LIFETIME_MS * 3)).toBe(20)
  expect(store.read((db) => db.select().from(idempotencyKeys).all()).map(({ key }) => key)).toEqual(['k'])
})
