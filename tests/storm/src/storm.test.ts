import { expect, it } from 'vitest'
import { startGround } from './ground/start-ground.ts'
import { readOptions } from './options.ts'
import { planFaults, TARGETS } from './plan/plan-faults.ts'
import { planFlips } from './plan/plan-flips.ts'
import { createRandom } from './plan/random.ts'
import { isBroken } from './report.ts'
import { storm } from './storm.ts'

it('a short storm loses nothing', async () => {
  const ground = await startGround()
  try {
    const report = await storm(ground, { seconds: 12, seed: 5, people: 10 })
    expect({ ...report, violations: report.violations.length > 0 ? report.violations : [] }).toMatchObject({
      missing: 0,
      doubled: 0,
      stale_reads: 0,
      revived: 0,
      failed_without_fault: 0,
      unexpected: 0,
      open: 0,
      violations: [],
    })
    expect(isBroken(report)).toBe(false)
    expect([report.acked > 20, report.kills + report.freezes > 1]).toEqual([true, true])
  } finally {
    await ground.close()
  }
}, 300_000)

it('plans the same storm from the same seed, and another from another', () => {
  const planOf = (seed: number) => {
    const random = createRandom(seed)
    return { faults: planFaults(random.fork('faults'), 60), flips: planFlips(random.fork('flips'), 60) }
  }
  expect(planOf(5)).toEqual(planOf(5))
  expect(planOf(5)).not.toEqual(planOf(6))
})

it('plans faults of every kind for every part, and calm between them', () => {
  const faults = planFaults(createRandom(1), 300)
  const kinds = new Set(faults.map(({ target, kind }) => `${kind} ${target}`))
  expect([...kinds].sort()).toEqual(
    TARGETS.flatMap((target) => [`freeze ${target}`, `kill ${target}`]).sort(),
  )
  expect(faults.some(({ restMs }) => restMs > 8_000)).toBe(true)
  expect(faults.some(({ isJoined }) => isJoined)).toBe(true)
  expect(faults.every(({ forMs }) => forMs > 0)).toBe(true)
})

it('reads its options, and says what is none', () => {
  expect(readOptions(['--seconds', '3'], () => 7)).toEqual({ seconds: 3, seed: 7, people: 24 })
  expect(() => readOptions(['--seed', 'x'], () => 7)).toThrow('whole number')
})
