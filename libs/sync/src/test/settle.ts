import type { Pump } from '../pump.ts'
import { waitUntilApplied } from '../wait-until-applied.ts'
import { type TwoSides, whilePumping } from './two-sides.ts'

const WITHIN_MS = 10_000

/** Pumps one way until everything that the source has now is at the destination. */
export async function settle(sides: TwoSides, from: 'monolith' | 'service'): Promise<Pump> {
  const pump = sides.pump(from)
  await whilePumping([pump], () => untilApplied(sides, from, pump))
  return pump
}

/** Waits for a running pump. */
export async function untilApplied(sides: TwoSides, from: 'monolith' | 'service', pump: Pump): Promise<void> {
  const [store, destination] =
    from === 'monolith' ? [sides.monolith, sides.service] : [sides.service, sides.monolith]
  const position = await store.feed.end()
  const source = { name: from, store }
  const isThere = await waitUntilApplied({
    source,
    destination,
    position,
    withinMs: WITHIN_MS,
    wake: pump.wake,
  })
  if (!isThere) throw new Error(`not applied: ${JSON.stringify(pump.status())}`)
}
