import { OWNS_ALL, OWNS_NONE } from '@emotibot/sync'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Claim, findAnswer, forgetAnswers, keepAnswer } from './kept-answers.ts'
import { purgeAnswers } from './purge-answers.ts'
import { keptAnswers, openNotesForFile } from './testing/note-store.ts'

const { database, store } = await openNotesForFile()
const scope = { group: 'conversation', partition: 'ann' } as const
const DAY_MS = 24 * 3_600_000
beforeEach(async () => {
  await database.own('conversation', OWNS_ALL)
  await store.write(scope, (tx) => tx.delete(keptAnswers))
})

const claimOf = (key: string, more: Partial<Claim> = {}): Claim => ({
  userId: 'u',
  key,
  route: 'conversation.create',
  bodyHash: 'h',
  nowMs: 1_000,
  ...more,
})
const answer = { status: 201, body: { id: 'c' } }
const keep = (claim: Claim, partition = 'ann') =>
  store.write({ ...scope, partition }, (tx) =>
    keepAnswer(tx, keptAnswers, { claim, scope: { ...scope, partition }, answer }),
  )
const find = (claim: Claim) => store.read((db) => findAnswer(db, keptAnswers, claim))
const purge = (nowMs: number) => purgeAnswers(store, { answers: keptAnswers, group: 'conversation', nowMs })

describe('a kept answer', () => {
  it('is found by its user, key, route and body', async () => {
    await keep(claimOf('k'))
    expect(await find(claimOf('k'))).toEqual(answer)
    expect([await find(claimOf('other')), await find(claimOf('k', { userId: 'other' }))]).toEqual([
      null,
      null,
    ])
    const mismatch = { code: 'IDEMPOTENCY_MISMATCH' }
    await expect(find(claimOf('k', { bodyHash: 'other' }))).rejects.toMatchObject(mismatch)
    await expect(find(claimOf('k', { route: 'conversation.send' }))).rejects.toMatchObject(mismatch)
  })

  it('is forgotten after 24 hours, not before', async () => {
    await keep(claimOf('k'))
    await purge(1_000 + DAY_MS - 1)
    expect(await find(claimOf('k'))).toEqual(answer)
    await purge(1_000 + DAY_MS)
    expect(await find(claimOf('k'))).toBeNull()
  })

  it('is forgotten by the owner of its partition alone', async () => {
    await keep(claimOf('mine'))
    await keep(claimOf('theirs'), 'bob')
    await database.own('conversation', { ...OWNS_NONE, allow: ['ann'] })
    await purge(1_000 + DAY_MS)
    expect([await find(claimOf('mine')), await find(claimOf('theirs'))]).toEqual([null, answer])
  })

  it('goes with its user, also one given before they had an id', async () => {
    await keep(claimOf('mine'))
    await keep(claimOf('before', { userId: '' }))
    await keep(claimOf('others', { userId: 'v' }), 'bob')
    await store.write(scope, (tx) => forgetAnswers(tx, keptAnswers, { userId: 'u', partition: 'ann' }))
    const left = await database.sql`select key from conversation_idempotency_keys`
    expect(left).toEqual([{ key: 'others' }])
  })

  it('is in the feed with its end, under both of its key’s parts', async () => {
    await keep(claimOf('fed'))
    await purge(1_000 + DAY_MS)
    const entries = await database.sql`
      select write_group, partition from feed where entity = 'conversation_answer' and key = ${'u\u001ffed'}`
    const entry = { write_group: 'conversation', partition: 'ann' }
    expect(entries).toEqual([entry, entry])
  })
})
