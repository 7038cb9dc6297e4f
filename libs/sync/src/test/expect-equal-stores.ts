import { expect } from 'vitest'
import { verify } from '../verify.ts'
import { testEntities } from './entities.ts'
import { untilApplied } from './settle.ts'
import { type TwoSides, whilePumping } from './two-sides.ts'

/** Lets both feeds run out, then compares every row both ways. Answers how many there are. */
export async function expectEqualStores(sides: TwoSides): Promise<number> {
  const pumps = [sides.pump('monolith'), sides.pump('service')] as const
  return whilePumping(pumps, async () => {
    await untilApplied(sides, 'monolith', pumps[0])
    await untilApplied(sides, 'service', pumps[1])
    const names = { monolith: 'monolith', service: 'service' }
    const wake = () => {
      for (const pump of pumps) pump.wake()
    }
    const report = await verify({ ...sides, names, entities: testEntities }, { wake })
    expect(report.differences).toEqual([])
    expect(report.unsettled).toEqual([])
    expect(await sides.service.applier.conflicts(5)).toEqual([])
    expect(await sides.monolith.applier.conflicts(5)).toEqual([])
    expect(await sides.service.applier.setAside('monolith', 5)).toEqual([])
    expect(await sides.monolith.applier.setAside('service', 5)).toEqual([])
    return report.compared
  })
}
