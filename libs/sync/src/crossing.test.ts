import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSplit, isSameSplit, ruleOf, splitOf } from './crossing-split.ts'
import { owns } from './rule.ts'
import { createModel, GROUPS, type ModelFlip, PARTITIONS } from './test/crossing-model.ts'

const share = fc.constantFrom(0, 10, 50, 100)
const command = fc.record({
  what: fc.constantFrom(
    ...([
      'look',
      'look',
      'ask',
      'aside',
      'decide',
      'act',
      'act',
      'round',
      'round',
      'round',
      'round',
    ] as const),
    ...(['order', 'order', 'write', 'write', 'stuck', 'stuck', 'crash', 'ledger'] as const),
  ),
  who: fc.nat(1),
  flag: fc.boolean(),
  isLate: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
  partition: fc.constantFrom(...PARTITIONS),
  auth: fc.option(share, { nil: undefined }),
  claim: fc.option(fc.constantFrom(0, 100), { nil: undefined }),
})
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never
type Model = ReturnType<typeof createModel>
type Driver = ReturnType<Model['createDriver']>

function round(driver: Driver, mustStop: boolean): string {
  driver.look('monolith')
  driver.look('service')
  driver.askLedger()
  driver.lookAside()
  const plan = driver.decide(mustStop)
  driver.act()
  return plan?.step ?? 'nothing'
}

function run(model: Model, drivers: readonly Driver[], { what, who, flag, isLate, ...more }: Command): void {
  const driver = drivers[who]
  if (!driver) return
  if (what === 'look') driver.look(flag ? 'monolith' : 'service')
  if (what === 'ask') driver.askLedger()
  if (what === 'aside') driver.lookAside()
  if (what === 'decide') driver.decide(isLate)
  if (what === 'act') driver.act()
  if (what === 'round') round(driver, isLate)
  if (what === 'crash') driver.crash()
  if (what === 'write') model.write(more.partition)
  if (what === 'stuck') model.turnAside(flag ? 'monolith' : 'service', more.partition)
  if (what === 'ledger') model.setLedgerUp(flag)
  if (what === 'order') {
    const shares = {
      ...(more.auth === undefined ? {} : { auth: more.auth }),
      ...(more.claim === undefined ? {} : { 'auth.claim': more.claim }),
    }
    model.order(shares, `f${model.flips.length}`)
  }
}

/** One driver alone, with everything there: it comes to rest. */
function comeToRest(model: Model, mustStop: boolean): void {
  model.setLedgerUp(true)
  const driver = model.createDriver()
  const steps = Array.from({ length: 20 }, () => round(driver, mustStop))
  expect(steps.at(-1)).toBe('nothing')
}

function isAsOrdered({ targets, before, state }: ModelFlip, model: Model): boolean {
  return GROUPS.every((group) => {
    const now = model.splitNow(group)
    if (!now) return false
    const target = targets.find((one) => one.group === group)
    const was = before.get(group)
    if (state === 'done' && target) return now.share === target.share
    return was !== undefined && was !== null && isSameSplit(now, was)
  })
}

describe('ownership that crosses', () => {
  it('is never with both sides, loses no write, and ends wholly before or wholly after, whoever dies or is late', () => {
    const property = fc.property(
      fc.array(command, { minLength: 20, maxLength: 160 }),
      fc.boolean(),
      (commands, mustStop) => {
        const model = createModel()
        const drivers = [model.createDriver(), model.createDriver()]
        for (const one of commands) run(model, drivers, one)
        comeToRest(model, mustStop)
        // Whoever was frozen acts at last on what it saw.
        for (const driver of drivers) driver.act()
        comeToRest(model, mustStop)
        expect(model.problems).toEqual([])
        const last = model.flips.at(-1)
        if (!last) return
        expect(['done', 'abandoned']).toContain(last.state)
        expect({ last, isSo: isAsOrdered(last, model) }).toEqual({ last, isSo: true })
      },
    )
    fc.assert(property, { numRuns: 5_000 })
  })

  it('goes back when its ledger was lost', () => {
    const property = fc.property(fc.array(command, { minLength: 20, maxLength: 80 }), (commands) => {
      const model = createModel()
      const drivers = [model.createDriver(), model.createDriver()]
      for (const one of commands) run(model, drivers, one)
      model.loseLedger()
      comeToRest(model, false)
      for (const driver of drivers) driver.act()
      comeToRest(model, false)
      expect(model.problems).toEqual([])
      expect(GROUPS.map((group) => model.splitNow(group))).not.toContain(null)
    })
    fc.assert(property, { numRuns: 500 })
  })
})

describe('a split', () => {
  const split = fc
    .tuple(fc.integer({ min: 0, max: 100 }), fc.subarray(PARTITIONS))
    .map(([low, kept]) => createSplit(low, kept))

  it('gives every partition to one side, and is told by either side alone', () => {
    fc.assert(
      fc.property(split, fc.constantFrom(...PARTITIONS), (one, partition) => {
        const sides = (['monolith', 'service'] as const).map((side) => ruleOf(one, side))
        expect(sides.filter((rule) => owns(rule, partition))).toHaveLength(1)
        expect(splitOf(ruleOf(one, 'monolith'), 'monolith')).toEqual(one)
        expect(splitOf(ruleOf(one, 'service'), 'service')).toEqual(one)
      }),
    )
  })
})
