import type { FlipStep } from '@emotibot/flags'
import { acknowledge, askToAbort, readFlipState, readReceipt } from '@emotibot/flags'
import { describe, expect, it, onTestFinished } from 'vitest'
import { UNMAPPABLE } from '../testing/accounts.ts'
import { setStage, until } from '../testing/stage.ts'
import { expectAllThere, startWriters, writeAt } from '../testing/writers.ts'
import type { StepHook } from './driver.ts'

/** Does something around one step, every time. */
const at =
  (step: FlipStep, when: 'before' | 'after', work: () => Promise<unknown> | unknown): StepHook =>
  async (...now) => {
    if (now[0] === step && now[1] === when) await work()
  }

describe('a flip that moves data', () => {
  it('goes there and back through every step while people write, and everything they wrote is on both sides', async () => {
    const stage = await setStage()
    const steps: FlipStep[] = []
    await stage.startMover({
      onStep: async (step, when) => {
        if (when === 'before') steps.push(step)
      },
    })
    const writers = startWriters(stage, { writers: 4, everyMs: 8 })
    for (const share of [40, 100, 30, 0]) {
      steps.length = 0
      const flip = await stage.flipTo({ auth: share })
      expect(await stage.shares()).toMatchObject({ auth: share })
      await until('the receipt is complete', () => steps.at(-1) === 'acknowledge')
      expect([...new Set(steps)]).toEqual(['hold', 'giveUp', 'applied', 'open', 'record', 'acknowledge'])
      const { epoch } = await stage.service.authority.read('auth')
      expect(await stage.flagOf('auth.login')).toMatchObject({ share, epoch, flip, kept: [] })
    }
    await writers.stop()
    await expectAllThere(stage, writers.acknowledged)
  })

  it('takes all of its groups over at one moment', async () => {
    const stage = await setStage()
    const seen: unknown[] = []
    const look = async () => void seen.push(await stage.shares())
    await stage.startMover({ onStep: look })
    await stage.flipTo({ auth: 100, 'auth.claim': 100 })
    const whole = { auth: 0, 'auth.claim': 0 }
    const between = { auth: null, 'auth.claim': null }
    const over = { auth: 100, 'auth.claim': 100 }
    for (const one of seen) expect([whole, between, over, {}]).toContainEqual(one)
    expect(seen).toContainEqual(between)
  })

  it('is over within its budget at a few hundred writes a second, and few of them wait', async () => {
    const stage = await setStage()
    await stage.startMover()
    const writers = startWriters(stage, { writers: 8, everyMs: 12 })
    await until('there are writes', () => writers.count() > 200)
    // Past the budget they would be abandoned.
    for (const share of [50, 100, 50, 0]) await stage.flipTo({ auth: share })
    await writers.stop()
    await expectAllThere(stage, writers.acknowledged)
    expect(writers.waitedMs.length).toBeLessThan(writers.count() / 4)
  })

  it('waits for a writer that is in the monolith’s file, whichever way it goes', async () => {
    const stage = await setStage()
    const hold = (step: FlipStep) =>
      at(step, 'before', () => {
        stage.db.exec('begin immediate')
        setTimeout(() => stage.db.exec('rollback'), 100)
      })
    const hooks: Partial<Record<FlipStep, StepHook>> = { giveUp: hold('giveUp') }
    await stage.startMover({ onStep: async (step, when) => hooks[step]?.(step, when) })
    await stage.flipTo({ auth: 60 })
    delete hooks.giveUp
    hooks.open = hold('open')
    await stage.flipTo({ auth: 0 })
  })

  it('waits for the facades that live, notes who followed, and not for those that died', async () => {
    const stage = await setStage()
    await acknowledge(stage.ledgerSql, 'living', 0)
    await stage.ledgerSql`insert into replicas values ('dead', 0, now() - interval '1 minute')`
    let followedAtMs = Number.POSITIVE_INFINITY
    let [heldAtMs, givenAtMs] = [0, 0]
    await stage.startMover({
      onStep: at('giveUp', 'before', () => {
        givenAtMs = performance.now()
      }),
    })
    const flip = await stage.order({ auth: 50 })
    await until('it is held', async () => (await stage.holds()) > 0)
    heldAtMs = performance.now()
    await acknowledge(stage.ledgerSql, 'living', 10)
    followedAtMs = performance.now()
    expect(await stage.ended(flip)).toBe('done')
    // Facades are waited for, but not for long.
    expect(givenAtMs > followedAtMs - 50 || givenAtMs - heldAtMs > 500).toBe(true)
    const replicas = async () => (await readReceipt(stage.ledgerSql, flip))?.replicas
    await expect.poll(replicas).toMatchObject([{ id: 'living', acknowledged: true }])
  })
})

describe('a flip is abandoned, and everything is as before', () => {
  it('when it is not done within its budget', async () => {
    const stage = await setStage()
    const away = at('applied', 'before', () => stage.toService.cut())
    await stage.startMover({ budgetMs: 300, onStep: away })
    const writers = startWriters(stage, { writers: 2, everyMs: 10 })
    const flip = await stage.order({ auth: 60 })
    await until('the store is away', async () => (await stage.shares()).auth === null)
    await until('its time is over', async () => ((await stage.heldMs()) ?? 0) > 400)
    stage.toService.mend()
    expect(await stage.ended(flip)).toBe('abandoned')
    expect(await readFlipState(stage.ledgerSql, flip)).toMatchObject({
      reason: 'it was not done within 0.3 s',
    })
    expect(await stage.shares()).toMatchObject({ auth: 0 })
    expect(await stage.holds()).toBe(0)
    await writers.stop()
    await expectAllThere(stage, writers.acknowledged)
  })

  it('when an operator wants it, as long as the destination has not opened', async () => {
    const stage = await setStage()
    let flip = ''
    const abort = () => askToAbort(stage.ledgerSql, { flip, by: 'anna', why: 'a doubt' })
    const steps: string[] = []
    await stage.startMover({
      onStep: async (step, when) => {
        if (when === 'after') steps.push(step)
        if (step === 'applied' && when === 'before') await abort()
      },
    })
    flip = await stage.order({ auth: 60 })
    expect(await stage.ended(flip)).toBe('abandoned')
    expect((await readFlipState(stage.ledgerSql, flip))?.reason).toContain('a doubt')
    await until('it is told', () => steps.at(-1) === 'abandon')
    expect(steps).toEqual(['hold', 'giveUp', 'applied', 'close', 'reopen', 'abandon'])
    expect(await stage.shares()).toMatchObject({ auth: 0 })
  })

  it('before anybody is held when changes of those who move are set aside', async () => {
    const stage = await setStage()
    await stage.startMover()
    await writeAt(stage, 'monolith', { id: 'a', partition: 'anna', value: UNMAPPABLE })
    await until(
      'it is set aside',
      async () => (await stage.service.applier.setAside('monolith', 5)).length > 0,
    )
    const flip = await stage.order({ auth: 100 })
    expect(await stage.ended(flip)).toBe('abandoned')
    const { reason } = (await readFlipState(stage.ledgerSql, flip)) ?? {}
    expect(reason).toBe('changes of anna are set aside: settle them first')
    const [row] = await stage.ledgerSql`select held_at from flips where id = ${flip}`
    expect(row?.['held_at']).toBe(null)
  })

  it('when a change of those who move is set aside on the way', async () => {
    const stage = await setStage()
    const spoil = () => writeAt(stage, 'monolith', { id: 'a', partition: 'anna', value: UNMAPPABLE })
    await stage.startMover({ onStep: at('giveUp', 'before', spoil) })
    const flip = await stage.order({ auth: 100 })
    expect(await stage.ended(flip)).toBe('abandoned')
    expect(await stage.shares()).toMatchObject({ auth: 0 })
  })

  it('when it was withdrawn while no mover lived, and a mover that comes then leaves it alone', async () => {
    const stage = await setStage()
    const flip = await stage.order({ auth: 100 })
    await askToAbort(stage.ledgerSql, { flip, by: 'the facade', why: 'no mover took it up' })
    const steps: string[] = []
    await stage.startMover({ onStep: async (step) => void steps.push(step) })
    await stage.flipTo({ auth: 50 })
    expect(await stage.shares()).toMatchObject({ auth: 50 })
    expect((await readFlipState(stage.ledgerSql, flip))?.state).toBe('abandoned')
  })
})

describe('a roll back', () => {
  it('leaves those whose changes are set aside on the service, and takes them along the next time', async () => {
    const stage = await setStage()
    await stage.startMover()
    await stage.flipTo({ auth: 100, 'auth.claim': 100 })
    const anna = { id: 'a', partition: 'anna', value: UNMAPPABLE }
    expect(await writeAt(stage, 'service', anna)).toBe(true)
    expect(await writeAt(stage, 'service', { id: 'b', partition: 'bob', value: 'b' })).toBe(true)
    await until(
      'hers is set aside',
      async () => (await stage.monolith.applier.setAside('auth', 5)).length > 0,
    )
    await stage.flipTo({ auth: 0, 'auth.claim': 0 })
    expect(await stage.flagOf('auth.login')).toMatchObject({ stage: 'monolith', kept: ['anna'] })
    // Her name cannot be given out where nobody knows that it is hers.
    expect((await stage.monolith.authority.read('auth.claim')).rule.deny).toEqual(['anna'])
    const mended = { ...anna, value: 'mended' }
    expect(await writeAt(stage, 'monolith', mended)).toBe(false)
    expect(await writeAt(stage, 'monolith', { id: 'b', partition: 'bob', value: 'c' })).toBe(true)
    expect(await writeAt(stage, 'service', mended)).toBe(true)
    await until(
      'hers is applied',
      async () => (await stage.monolith.applier.setAside('auth', 5)).length === 0,
    )
    await stage.flipTo({ auth: 0 })
    expect(await stage.flagOf('auth.login')).toMatchObject({ stage: 'monolith', kept: [] })
    expect((await stage.monolith.authority.read('auth.claim')).rule.deny).toEqual([])
    expect(await writeAt(stage, 'monolith', { ...anna, value: 'home' })).toBe(true)
    await expectAllThere(
      stage,
      new Map([
        ['a', 'home'],
        ['b', 'c'],
      ]),
    )
  })
})

describe('a gap that nobody drives', () => {
  /** As a mover leaves it that dies right after it gave up. */
  const leaveGap = async (stage: Awaited<ReturnType<typeof setStage>>, flip: string) => {
    const rule = { low: 60, high: 100, allow: [], deny: [] }
    const fence = { group: 'auth', kind: 'giveUp', fromEpoch: 1, epoch: 2, rule, flip } as const
    await stage.monolith.authority.fence([fence], { lockWithinMs: 1_000 })
  }

  it('goes back at once when the ledger knows of no such flip', async () => {
    const stage = await setStage()
    await leaveGap(stage, 'f99')
    await stage.startMover({ budgetMs: 60_000 })
    await until('it went back', async () => (await stage.shares()).auth === 0)
  })

  it('goes back after a while for a mover that never heard of the ledger', async () => {
    const stage = await setStage()
    await leaveGap(stage, 'f99')
    stage.toLedger.cut()
    await stage.startMover({ budgetMs: 300 })
    await until('it went back', async () => (await stage.shares()).auth === 0)
  })

  it('is crossed by the next mover when its flip is open and there is time', async () => {
    const stage = await setStage()
    const frozen = Promise.withResolvers<void>()
    onTestFinished(() => frozen.resolve())
    await stage.startMover({ onStep: at('applied', 'before', () => frozen.promise) })
    const flip = await stage.order({ auth: 60 })
    await until('it gave up', async () => (await stage.shares()).auth === null)
    await stage.startMover()
    expect(await stage.ended(flip)).toBe('done')
    expect(await stage.shares()).toMatchObject({ auth: 60 })
  })
})
