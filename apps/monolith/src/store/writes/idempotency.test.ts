import { join } from 'node:path'
import type { WriteGroup } from '@emotibot/contracts'
import { createLogger } from '@emotibot/service-kit'
import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { giveUp, openFile, takeBack, without } from '../../testing/other-side.ts'
import { testFolder } from '../../testing/start-monolith.ts'
import { openStore } from '../open-store.ts'
import { conversationIdempotencyKeys } from '../tables.ts'
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

const registered: Claim = { ...claim, userId: '', route: 'auth.register', group: 'auth.claim' }
const feltSo: Claim = { ...claim, route: 'emotion.feedback', group: 'emotion' }

test('an answer is in the feed with its end, under the group and the partition of its write', () => {
  const { store, keep } = openWithAnswer(feltSo)
  expect(Object.values(keep(claim))).toEqual([2])
  expect(Object.values(keep(registered))).toEqual([3])
  expect(purgeAnswers(store, claim.nowMs + KEY_LIFETIME_MS)).toBe(3)
  const entries = store.read((db) =>
    db.all(sql`SELECT entity, key, write_group, partition FROM feed ORDER BY seq`),
  )
  const ofDomain = (domain: string) => {
    return { entity: `${domain}_answer`, key: 'u\u001fk', write_group: domain, partition: 'ann' }
  }
  const ofNobody = (group: string) => {
    return { entity: 'answer', key: '\u001fk', write_group: group, partition: 'ann' }
  }
  expect(entries).toEqual([
    ofDomain('emotion'),
    ofDomain('conversation'),
    ofNobody('auth.claim'),
    ofNobody('auth'),
    ofDomain('conversation'),
    ofDomain('emotion'),
  ])
})

test('one key stands for a request of each domain, as it does where every domain has its own store', () => {
  const { keep, find } = openWithAnswer()
  keep(feltSo)
  expect([find(claim), find(feltSo)]).toEqual([answer, answer])
})

test('a purge leaves what the other side owns, which that side forgets', () => {
  const { file, store, keep, find } = openWithAnswer()
  const all = [claim, registered, feltSo]
  keep(registered)
  keep(feltSo)
  const purgeWithout = (group: WriteGroup) => {
    giveUp(openFile({ file }), group, without('ann'))
    purgeAnswers(store, claim.nowMs + KEY_LIFETIME_MS)
    takeBack(openFile({ file }), group)
    return all.map((one) => find(one) !== null)
  }
  expect(purgeWithout('auth')).toEqual([false, true, false])
  for (const one of [claim, feltSo]) keep(one)
  expect(purgeWithout('conversation')).toEqual([true, false, false])
  keep(feltSo)
  expect(purgeWithout('emotion')).toEqual([false, false, true])
})

test('a purge forgets a hundred at a time, the oldest first, and only those past their day', () => {
  const { store, keep } = openWithAnswer({ ...claim, nowMs: KEY_LIFETIME_MS * 3 })
  for (let at = 0; at < 120; at++) keep({ ...claim, key: `old-${at}` })
  expect(purgeAnswers(store, KEY_LIFETIME_MS * 3)).toBe(100)
  expect(purgeAnswers(store, KEY_LIFETIME_MS * 3)).toBe(20)
  expect(
    store.read((db) => db.select().from(conversationIdempotencyKeys).all()).map(({ key }) => key),
  ).toEqual(['k'])
})
