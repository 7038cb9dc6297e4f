import { CARVED_OUT } from '@emotibot/contracts'
import type { Sql } from '@emotibot/db'
import { beforeEach, describe, expect, it } from 'vitest'
import { flagOf } from '../snapshot.ts'
import {
  canary,
  flipOf,
  holdOfAll,
  MONOLITH,
  moveOf,
  openTestLedger,
  orderOrThrow,
  SERVICE,
} from '../testing/test-ledger.ts'
import { askToAbort } from './abort-flip.ts'
import { readAudit } from './audit.ts'
import { readDataFlips } from './data-flips.ts'
import { applyFlip } from './flips.ts'
import { setFrozen } from './freeze.ts'
import { LEDGER_CHANNEL, readSnapshot, readVersion } from './ledger-state.ts'
import { readFlipState, readOpenFlips } from './open-flips.ts'
import { orderFlip } from './order-flip.ts'
import { readLaterFlips, readReceipt } from './receipts.ts'
import { abandonFlip, holdFlip, recordFlip } from './turn-flip.ts'
import { noteWaits } from './waits.ts'

let sql: Sql

beforeEach(async () => {
  const ledger = await openTestLedger()
  sql = ledger.sql
  return ledger.drop
})

const login = 'auth.login'
const me = 'auth.me'
const toService = flipOf([moveOf(login, SERVICE), moveOf(me, SERVICE)], { why: 'tour' })
const recorded = { epochs: { [login]: 7 }, kept: [] }

describe('a flip that moves data', () => {
  it('routes nobody differently when it is ordered, and is told to who listens', async () => {
    const told = Promise.withResolvers<string>()
    await sql.listen(LEDGER_CHANNEL, told.resolve)
    const flip = await orderOrThrow(sql, toService)
    expect(await told.promise).toBe('1')
    expect(await readSnapshot(sql)).toMatchObject({ version: 1, routes: {}, holds: [] })
    expect(await readOpenFlips(sql)).toEqual([
      {
        flip,
        kind: 'flip',
        by: 'ann',
        state: 'ordered',
        moves: toService.moves,
        heldMs: null,
        abortReason: null,
      },
    ])
    expect(await readFlipState(sql, flip)).toEqual({ state: 'ordered', reason: null })
    expect(await readReceipt(sql, flip)).toBeNull()
  })

  it('holds requests by the snapshot, says for how long, and holds them once', async () => {
    const flip = await orderOrThrow(sql, toService)
    const hold = { ...holdOfAll(flip, [login]), low: 10, high: 50 }
    expect(await holdFlip(sql, flip, [hold])).toEqual({ version: 2 })
    expect(await holdFlip(sql, flip, [holdOfAll(flip, [me])])).toEqual({ version: 2 })
    expect(await readSnapshot(sql)).toMatchObject({ version: 2, routes: {}, holds: [hold] })
    const [open] = await readOpenFlips(sql)
    expect(open?.state).toBe('held')
    expect(open?.heldMs).toBeGreaterThanOrEqual(0)
  })

  it('is routed by, with the epochs of the stores, once it is recorded; and only once', async () => {
    const flip = await orderOrThrow(sql, toService)
    await holdFlip(sql, flip, [holdOfAll(flip, [login])])
    expect(await recordFlip(sql, flip, recorded)).toEqual({ version: 3 })
    expect(await recordFlip(sql, flip, { epochs: { [login]: 99 }, kept: ['bob'] })).toEqual({ version: 3 })
    expect(await holdFlip(sql, flip, [])).toBeNull()
    expect(await abandonFlip(sql, flip, 'too late')).toBeNull()
    const snapshot = await readSnapshot(sql)
    expect(snapshot).toMatchObject({ version: 3, holds: [] })
    expect(flagOf(snapshot, login)).toMatchObject({ ...SERVICE, epoch: 7, flip, changedBy: 'ann', kept: [] })
    expect(flagOf(snapshot, me)).toMatchObject({ ...SERVICE, epoch: 1 })
    expect(await readFlipState(sql, flip)).toEqual({ state: 'done', reason: null })
    expect(await readOpenFlips(sql)).toEqual([])
    expect((await readAudit(sql, 9)).map(({ action, by, why }) => [action, by, why])).toEqual([
      ['flip', 'ann', 'tour'],
      ['ordered', 'ann', 'tour'],
    ])
  })

  it('leaves everything as before when it is abandoned, saying why', async () => {
    const flip = await orderOrThrow(sql, toService)
    await holdFlip(sql, flip, [holdOfAll(flip, [login])])
    expect(await abandonFlip(sql, flip, 'the service did not open')).toEqual({ version: 3 })
    expect(await abandonFlip(sql, flip, 'again')).toEqual({ version: 3 })
    expect(await recordFlip(sql, flip, recorded)).toBeNull()
    expect(await holdFlip(sql, flip, [])).toBeNull()
    expect(await readSnapshot(sql)).toMatchObject({ version: 3, routes: {}, holds: [] })
    expect(await readFlipState(sql, flip)).toEqual({ state: 'abandoned', reason: 'the service did not open' })
    expect((await readAudit(sql, 1))[0]).toMatchObject({
      action: 'abandoned',
      flip,
      summary: 'auth.login auth.me monolith → service: the service did not open',
    })
    expect(await readReceipt(sql, flip)).toBeNull()
  })

  it('is one at a time, and no other flip touches its routes; the refusal names it', async () => {
    const flip = await orderOrThrow(sql, toService)
    const other = await orderFlip(sql, flipOf([moveOf('auth.register', SERVICE)], { by: 'bob' }))
    expect(other).toEqual({
      isApplied: false,
      reasons: ['f1 by ann is moving auth.login, auth.me now, and data moves for one flip at a time'],
    })
    const back = flipOf([moveOf(me, MONOLITH)], { kind: 'rollback', isForward: false })
    expect(await applyFlip(sql, back)).toEqual({
      isApplied: false,
      reasons: ['f1 by ann is moving auth.me now'],
    })
    expect(await applyFlip(sql, flipOf([moveOf('emotion.analyze', SERVICE)]))).toMatchObject({
      isApplied: true,
    })
    await abandonFlip(sql, flip, 'over')
    expect(await orderFlip(sql, toService)).toMatchObject({ isApplied: true })
  })

  it('is refused to the slower of two operators', async () => {
    const outcomes = await Promise.all(['ann', 'bob'].map((by) => orderFlip(sql, { ...toService, by })))
    expect(outcomes.filter(({ isApplied }) => isApplied)).toHaveLength(1)
    expect(await readVersion(sql)).toBe(1)
  })

  it('has a receipt, with the waits of all facades, when it is done', async () => {
    const flip = await orderOrThrow(sql, toService)
    await holdFlip(sql, flip, [holdOfAll(flip, [login])])
    await noteWaits(sql, { flip, replica: 'facade-1', count: 3, worstMs: 41.5, failed: 1 })
    await noteWaits(sql, { flip, replica: 'facade-2', count: 2, worstMs: 60, failed: 0 })
    await noteWaits(sql, { flip, replica: 'facade-1', count: 3, worstMs: 41.5, failed: 1 })
    await recordFlip(sql, flip, recorded)
    expect(await readReceipt(sql, flip)).toMatchObject({
      flip,
      waited: { count: 5, worst_ms: 60 },
      failed: 1,
      moves: [{ route: login }, { route: me }],
      undo: `./fig rollback ${flip}`,
    })
  })

  it('tells the next plan what is under way, and what earlier ones made people wait', async () => {
    const waitsMs = new Map<string, number[]>(CARVED_OUT.map((domain) => [domain, []]))
    expect(await readDataFlips(sql)).toEqual({ underWay: null, waitsMs })
    for (const [epoch, worstMs] of [41.5, 12, 90].entries()) {
      const flip = await orderOrThrow(sql, flipOf([moveOf(login, canary(10 + epoch), { epoch })]))
      expect((await readDataFlips(sql)).underWay).toBe(flip)
      await noteWaits(sql, { flip, replica: 'facade-1', count: worstMs > 20 ? 2 : 0, worstMs, failed: 0 })
      await noteWaits(sql, { flip, replica: 'facade-2', count: worstMs > 20 ? 1 : 0, worstMs: 1, failed: 0 })
      await recordFlip(sql, flip, { epochs: {}, kept: [] })
    }
    waitsMs.set('auth', [90, 41.5])
    expect(await readDataFlips(sql)).toEqual({ underWay: null, waitsMs })
  })

  it('does not stand in the way of undoing an earlier one when it was abandoned', async () => {
    const first = await orderOrThrow(sql, flipOf([moveOf(login, canary(10))]))
    await recordFlip(sql, first, { epochs: { [login]: 1 }, kept: [] })
    const next = () => flipOf([moveOf(login, canary(20), { epoch: 1, from: canary(10) })])
    await abandonFlip(sql, await orderOrThrow(sql, next()), 'over')
    expect(await readLaterFlips(sql, first)).toEqual([])
    const second = await orderOrThrow(sql, next())
    await recordFlip(sql, second, { epochs: { [login]: 4 }, kept: [] })
    expect(await readLaterFlips(sql, first)).toEqual([second])
  })

  it('ends when it cannot but be recorded, even with an epoch that the ledger has passed', async () => {
    await applyFlip(sql, flipOf([moveOf(login, canary(10))]))
    await applyFlip(sql, flipOf([moveOf(login, canary(20), { epoch: 1, from: canary(10) })]))
    const flip = await orderOrThrow(sql, flipOf([moveOf(login, SERVICE, { epoch: 2, from: canary(20) })]))
    expect(await recordFlip(sql, flip, { epochs: { [login]: 1 }, kept: [] })).toMatchObject({ version: 4 })
    expect(flagOf(await readSnapshot(sql), login)).toMatchObject({ ...SERVICE, epoch: 3 })
  })

  it('ends also when names or reasons hold what Postgres has no place for', async () => {
    const back = flipOf([moveOf(login, MONOLITH)], { kind: 'rollback', isForward: false })
    const first = await orderOrThrow(sql, back)
    expect(await abandonFlip(sql, first, 'a\0b')).not.toBeNull()
    expect(await readFlipState(sql, first)).toEqual({ state: 'abandoned', reason: 'ab' })
    const second = await orderOrThrow(sql, back)
    expect(await recordFlip(sql, second, { epochs: {}, kept: ['bob', 'legacy\0'] })).not.toBeNull()
    expect(flagOf(await readSnapshot(sql), login).kept).toEqual(['bob'])
  })

  it('is none under an id that no flip has', async () => {
    expect(await holdFlip(sql, 'f9', [])).toBeNull()
    expect(await recordFlip(sql, 'f9', recorded)).toBeNull()
    expect(await abandonFlip(sql, 'f9', 'x')).toBeNull()
    expect(await readFlipState(sql, 'f9')).toBeNull()
    expect(await readVersion(sql)).toBe(0)
  })
})

describe('partitions that a roll back leaves on the service', () => {
  const group = [login, 'auth.logout', 'auth.register', me]
  const back = (from: 'monolith' | 'service', epoch: number) =>
    flipOf(
      group.map((route) => moveOf(route, MONOLITH, { epoch, from: from === 'service' ? SERVICE : MONOLITH })),
      { kind: 'rollback', isForward: false },
    )
  const keptOf = async (route: string) => flagOf(await readSnapshot(sql), route).kept

  beforeEach(async () => {
    const there = await orderOrThrow(sql, flipOf(group.map((route) => moveOf(route, SERVICE))))
    await recordFlip(sql, there, { epochs: {}, kept: [] })
    const flip = await orderOrThrow(sql, back('service', 1))
    await recordFlip(sql, flip, { epochs: {}, kept: ['bob', 'eve "quoted", \\'] })
    expect(await readReceipt(sql, flip)).toMatchObject({ kept: ['bob', 'eve "quoted", \\'] })
    expect(await readReceipt(sql, there)).not.toHaveProperty('kept')
  })

  it('are kept for every route of the domain but the one that claims names', async () => {
    expect(await keptOf(login)).toEqual(['bob', 'eve "quoted", \\'])
    expect(await keptOf(me)).toEqual(['bob', 'eve "quoted", \\'])
    expect(await keptOf('auth.register')).toEqual([])
  })

  it('are none any more when the rest was taken back too', async () => {
    const rest = await orderOrThrow(sql, {
      ...back('monolith', 2),
      moves: [moveOf(login, MONOLITH, { epoch: 2 })],
    })
    await recordFlip(sql, rest, { epochs: {}, kept: [] })
    expect(await keptOf(login)).toEqual([])
    expect(await keptOf(me)).toEqual([])
  })

  it('stay for a read that is moved by itself, unless it goes wholly to the service', async () => {
    await applyFlip(sql, flipOf([moveOf(me, SERVICE, { epoch: 2 })]))
    expect(await keptOf(me)).toEqual([])
    await applyFlip(sql, flipOf([moveOf(me, canary(5), { epoch: 3, from: SERVICE })], { isForward: false }))
    expect(await keptOf(me)).toContain('bob')
    expect(await keptOf(login)).toContain('bob')
  })
})

describe('a freeze', () => {
  const freeze = () => setFrozen(sql, { isFrozen: true, by: 'eve', why: 'an incident' })

  it('abandons a forward flip that has not begun, and refuses to order one', async () => {
    const flip = await orderOrThrow(sql, toService)
    await freeze()
    expect(await readFlipState(sql, flip)).toMatchObject({
      state: 'abandoned',
      reason: expect.stringContaining('frozen'),
    })
    expect(await orderFlip(sql, toService)).toEqual({
      isApplied: false,
      reasons: ['flips were frozen while this was being planned'],
    })
  })

  it('lets one go on that holds requests already, and every roll back', async () => {
    const flip = await orderOrThrow(sql, toService)
    await holdFlip(sql, flip, [])
    await freeze()
    expect(await recordFlip(sql, flip, recorded)).not.toBeNull()
    const back = [moveOf(login, MONOLITH, { epoch: 7, from: SERVICE })]
    const rollback = flipOf(back, { kind: 'rollback', isForward: false })
    expect(await orderFlip(sql, rollback)).toMatchObject({ isApplied: true })
  })
})

describe('asking to give a flip up', () => {
  it('abandons what is only ordered, and tells the driver of what is held', async () => {
    const request = { by: 'eve', why: 'the wrong share' }
    const ordered = await orderOrThrow(sql, toService)
    expect(await askToAbort(sql, { flip: ordered, ...request })).toBe('abandoned')
    const held = await orderOrThrow(sql, toService)
    await holdFlip(sql, held, [])
    expect(await askToAbort(sql, { flip: held, ...request })).toBe('asked')
    expect((await readOpenFlips(sql))[0]?.abortReason).toBe('given up by eve: the wrong share')
    await recordFlip(sql, held, recorded)
    expect(await askToAbort(sql, { flip: held, ...request })).toBeNull()
  })
})

describe('the database', () => {
  it('lets no hold outlive its flip, no ended flip live again, and no second one be open', async () => {
    const flip = await orderOrThrow(sql, toService)
    await holdFlip(sql, flip, [holdOfAll(flip, [login])])
    await expect(sql`update flips set state = 'done' where id = ${flip}`).rejects.toThrow('holds')
    await expect(sql`update flips set state = 'ordered' where id = ${flip}`).rejects.toThrow('cannot become')
    await expect(
      sql`insert into flips (id, version, kind, by_whom, is_forced, also_moves, state)
        values ('f99', 99, 'flip', 'eve', false, '{}', 'ordered')`,
    ).rejects.toThrow('one_open_flip')
    await abandonFlip(sql, flip, 'over')
    await expect(sql`update flips set state = 'held' where id = ${flip}`).rejects.toThrow('cannot become')
  })
})
