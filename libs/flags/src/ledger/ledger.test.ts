import { migrate, openPostgres, type Sql } from '@emotibot/db'
import { createTestDatabase } from '@emotibot/db/testing'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { flagOf } from '../snapshot.ts'
import { canary, flipOf, MONOLITH, moveOf, openTestLedger, SERVICE } from '../testing/test-ledger.ts'
import { addAuditEntry, readAudit } from './audit.ts'
import { applyFlip } from './flips.ts'
import { setFrozen } from './freeze.ts'
import { LEDGER_CHANNEL, readSnapshot, readVersion } from './ledger-state.ts'
import { keepAcknowledgements, readLaterFlips, readReceipt } from './receipts.ts'
import { acknowledge, readReplicas, sayGoodbye } from './replicas.ts'
import { ledgerSteps } from './schema.ts'

let sql: Sql

beforeEach(async () => {
  const ledger = await openTestLedger()
  sql = ledger.sql
  return ledger.drop
})

describe('a flip in the ledger', () => {
  it('is in the snapshot, the receipt and the audit, under one short id', async () => {
    const outcome = await applyFlip(
      sql,
      flipOf([moveOf('emotion.analyze', canary(10))], { why: 'a first step' }),
    )
    expect(outcome).toEqual({ isApplied: true, flip: 'f1', version: 1 })
    const snapshot = await readSnapshot(sql)
    expect(flagOf(snapshot, 'emotion.analyze')).toMatchObject({
      stage: 'canary',
      share: 10,
      epoch: 1,
      flip: 'f1',
      changedBy: 'ann',
    })
    expect(await readReceipt(sql, 'f1')).toMatchObject({
      flip: 'f1',
      by: 'ann',
      why: 'a first step',
      undo: './fig rollback f1',
      forced: false,
      moves: [{ route: 'emotion.analyze', from: MONOLITH, to: canary(10) }],
    })
    expect(await readAudit(sql, 10)).toMatchObject([
      {
        by: 'ann',
        action: 'flip',
        flip: 'f1',
        summary: 'emotion.analyze monolith → canary 10 %',
        why: 'a first step',
      },
    ])
  })

  it('keeps the order of its moves, and says times as UTC with milliseconds', async () => {
    await applyFlip(
      sql,
      flipOf([
        moveOf('emotion.batch', SERVICE),
        moveOf('ai.reply', SERVICE),
        moveOf('emotion.analyze', SERVICE),
      ]),
    )
    const receipt = await readReceipt(sql, 'f1')
    expect(receipt?.moves.map(({ route }) => route)).toEqual(['emotion.batch', 'ai.reply', 'emotion.analyze'])
    expect(receipt?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(Math.abs(Date.parse(receipt?.at ?? '') - Date.now())).toBeLessThan(60_000)
  })

  it('is refused to the slower of two operators, who is told what the other did', async () => {
    const outcomes = await Promise.all(
      ['ann', 'bob'].map((by) => applyFlip(sql, flipOf([moveOf('emotion.analyze', SERVICE)], { by }))),
    )
    const [refused] = outcomes.filter((outcome) => !outcome.isApplied)
    expect(outcomes.filter((outcome) => outcome.isApplied)).toHaveLength(1)
    expect(refused).toMatchObject({
      reasons: [expect.stringMatching(/^f1 by (ann|bob) moved emotion.analyze to service/)],
    })
    expect(await readVersion(sql)).toBe(1)
  })

  it('is fine beside one of other routes', async () => {
    const outcomes = await Promise.all(
      ['emotion.analyze', 'ai.reply', 'emotion.batch'].map((route) =>
        applyFlip(sql, flipOf([moveOf(route, SERVICE)])),
      ),
    )
    expect(outcomes.map((outcome) => outcome.isApplied)).toEqual([true, true, true])
    expect(await readVersion(sql)).toBe(3)
  })

  it('changes nothing at all when one of its moves is out of date', async () => {
    await applyFlip(sql, flipOf([moveOf('emotion.batch', SERVICE)]))
    const before = await readSnapshot(sql)
    const outcome = await applyFlip(
      sql,
      flipOf([moveOf('emotion.analyze', SERVICE), moveOf('emotion.batch', MONOLITH, { epoch: 0 })]),
    )
    expect(outcome.isApplied).toBe(false)
    expect(await readSnapshot(sql)).toEqual(before)
  })

  it('tells everybody who listens, once it is committed', async () => {
    const versions: string[] = []
    const told = Promise.withResolvers<void>()
    await sql.listen(LEDGER_CHANNEL, (version) => {
      versions.push(version)
      if (versions.length === 2) told.resolve()
    })
    await applyFlip(sql, flipOf([moveOf('emotion.analyze', SERVICE)]))
    await setFrozen(sql, { isFrozen: true, by: 'ann', why: null })
    await told.promise
    expect(versions).toEqual(['1', '2'])
  })

  it('lets an epoch only grow, whoever writes', async () => {
    await applyFlip(sql, flipOf([moveOf('emotion.analyze', canary(10))]))
    await applyFlip(sql, flipOf([moveOf('emotion.analyze', canary(20), { epoch: 1, from: canary(10) })]))
    expect(flagOf(await readSnapshot(sql), 'emotion.analyze').epoch).toBe(2)
    await expect(sql`update routes set epoch = 1 where key = 'emotion.analyze'`).rejects.toThrow('only grows')
    await expect(sql`update routes set stage = 'service', share = 100`).rejects.toThrow('only grows')
  })

  it('knows which later flips touched the same routes', async () => {
    await applyFlip(sql, flipOf([moveOf('emotion.analyze', canary(10)), moveOf('emotion.batch', canary(10))]))
    await applyFlip(sql, flipOf([moveOf('ai.reply', SERVICE)]))
    await applyFlip(sql, flipOf([moveOf('emotion.batch', canary(20), { epoch: 1 })]))
    await applyFlip(
      sql,
      flipOf([
        moveOf('emotion.analyze', canary(20), { epoch: 1 }),
        moveOf('emotion.batch', canary(30), { epoch: 2 }),
      ]),
    )
    expect(await readLaterFlips(sql, 'f1')).toEqual(['f3', 'f4'])
    expect(await readLaterFlips(sql, 'f3')).toEqual(['f4'])
    expect(await readLaterFlips(sql, 'f4')).toEqual([])
    expect(await readReceipt(sql, 'f9')).toBeNull()
  })

  it('keeps who acknowledged it', async () => {
    await applyFlip(sql, flipOf([moveOf('emotion.analyze', SERVICE)]))
    const replicas = [
      { id: 'facade-1', acknowledged: true, after_ms: 12.5 },
      { id: 'facade-2', acknowledged: false, after_ms: null },
    ]
    await keepAcknowledgements(sql, 'f1', replicas)
    expect((await readReceipt(sql, 'f1'))?.replicas).toEqual(replicas)
  })
})

describe('a freeze', () => {
  it('refuses a forward flip that was planned before it, and lets a roll back through', async () => {
    await applyFlip(sql, flipOf([moveOf('emotion.analyze', SERVICE)]))
    expect(await setFrozen(sql, { isFrozen: true, by: 'ann', why: 'an incident' })).toBe(true)
    const forward = await applyFlip(sql, flipOf([moveOf('ai.reply', SERVICE)]))
    expect(forward).toEqual({ isApplied: false, reasons: ['flips were frozen while this was being planned'] })
    const back = flipOf([moveOf('emotion.analyze', MONOLITH, { epoch: 1, from: SERVICE })], {
      kind: 'rollback',
      isForward: false,
    })
    expect(await applyFlip(sql, back)).toMatchObject({ isApplied: true })
  })

  it('is audited when it changes something', async () => {
    await setFrozen(sql, { isFrozen: true, by: 'ann', why: 'an incident' })
    expect(await setFrozen(sql, { isFrozen: true, by: 'bob', why: null })).toBe(false)
    await setFrozen(sql, { isFrozen: false, by: 'bob', why: null })
    expect((await readAudit(sql, 10)).map(({ by, action }) => [by, action])).toEqual([
      ['bob', 'unfreeze'],
      ['ann', 'freeze'],
    ])
    expect((await readSnapshot(sql)).isFrozen).toBe(false)
  })
})

describe('the ledger', () => {
  it('answers the audit newest first, as far as asked', async () => {
    for (const summary of ['one', 'two', 'three'])
      await addAuditEntry(sql, { by: 'ann', action: 'refused', flip: null, summary, why: null })
    expect((await readAudit(sql, 2)).map((entry) => entry.summary)).toEqual(['three', 'two'])
  })

  it('knows which replicas live and what they route by', async () => {
    await acknowledge(sql, 'facade-a', 3)
    await acknowledge(sql, 'facade-b', 1)
    await acknowledge(sql, 'facade-b', 2)
    await sql`update replicas set seen_at = now() - interval '1 minute' where id = 'facade-a'`
    await acknowledge(sql, 'facade-c', 2)
    await sayGoodbye(sql, 'facade-c')
    expect(await readReplicas(sql)).toMatchObject([
      { id: 'facade-a', version: 3, is_live: false },
      { id: 'facade-b', version: 2, is_live: true },
    ])
  })

  it('is migrated once, also when replicas race', async () => {
    const { url, drop } = await createTestDatabase()
    const replicas = [1, 2, 3].map(() => openPostgres(url, { applicationName: 'test' }))
    onTestFinished(async () => {
      await Promise.all(replicas.map((replica) => replica.end({ timeout: 1 })))
      await drop()
    })
    const applied = await Promise.all(replicas.map((replica) => migrate(replica, ledgerSteps)))
    expect(applied.flat().toSorted()).toEqual(ledgerSteps.map(({ name }) => name).toSorted())
    const [first] = replicas
    expect(first && (await readVersion(first))).toBe(0)
  })
})
