import type { FlipStep } from '@emotibot/flags'
import { describe, expect, it } from 'vitest'
import { until } from '../testing/stage.ts'
import { openTwoDomains } from '../testing/two-domains.ts'

const BACK = { emotion: 0, conversation: 0 }
const THERE = { emotion: 100, conversation: 100 }

describe('a roll back of several domains', () => {
  it('opens all of them in the monolith at one moment, and only then the ledger follows', async () => {
    const stores = await openTwoDomains()
    const seen: Record<string, number | null>[] = []
    await stores.startMover(async () => {
      seen.push(await stores.shares())
    })
    await stores.moveThere()
    seen.length = 0
    expect(await stores.ended(await stores.order(0))).toBe('done')
    expect(await stores.shares()).toEqual(BACK)
    expect(await stores.ledgerShares()).toEqual(BACK)
    for (const { emotion, conversation } of seen) expect(emotion === 0).toBe(conversation === 0)
  })

  it.each<FlipStep>(['hold', 'giveUp', 'applied', 'open', 'record'])(
    'is finished by the next mover when one dies after %s',
    async (step) => {
      const stores = await openTwoDomains(20_000)
      const first = await stores.startMover()
      await stores.moveThere()
      await first.stop()
      const frozen = Promise.withResolvers<void>()
      let isAtStep = false
      const dying = stores.startMover(async (at, when) => {
        if (at !== step || when === 'before') return
        isAtStep = true
        await frozen.promise
      })
      const mover = await dying
      const flip = await stores.order(0)
      await until(`it is at ${step}`, () => isAtStep)
      const next = await stores.startMover()
      expect(await stores.ended(flip)).toBe('done')
      expect(await stores.shares()).toEqual(BACK)
      frozen.resolve()
      await mover.stop()
      await next.stop()
    },
  )

  it('is undone wholly when the database of one goes away in the middle, and costs the other no longer than that', async () => {
    const stores = await openTwoDomains(1_000)
    let isArmed = false
    const mover = await stores.startMover(async (step, when) => {
      if (!isArmed || step !== 'giveUp' || when === 'before') return
      isArmed = false
      stores.ways.conversation.cut()
    })
    await stores.moveThere()
    isArmed = true
    const flip = await stores.order(0)
    expect(await stores.ended(flip)).toBe('abandoned')
    expect(await stores.ledgerShares()).toEqual(THERE)
    await until('the other is back', async () => (await stores.shares())['emotion'] === 100)
    stores.ways.conversation.mend()
    await until('it is back too', async () => (await stores.shares())['conversation'] === 100)
    expect(await stores.ended(await stores.order(0))).toBe('done')
    expect(await stores.shares()).toEqual(BACK)
    await mover.stop()
  })
})
