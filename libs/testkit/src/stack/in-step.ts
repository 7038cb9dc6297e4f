import type { CarveOutStatus, Domain } from '@emotibot/contracts'
import type { Mover } from '../apps/start-mover.ts'
import { until } from '../until.ts'
import type { Operator } from './control.ts'

const IN_STEP_WITHIN_MS = 30_000

/** Begins the backfill of domains, and waits until every row is copied and both feeds of each have run out. */
export async function beginCarveOuts(
  { backfill }: Operator,
  mover: Mover,
  domains: readonly Domain[],
): Promise<void> {
  for (const domain of domains) {
    // Refused until both stores are open.
    await until(`the backfill of ${domain} is begun`, () => backfill(domain), IN_STEP_WITHIN_MS)
  }
  await untilInStep(mover)
}

/** Waits until the copies are complete and all feeds have run out. */
export async function untilInStep(mover: Mover): Promise<void> {
  const isInStep = async () => {
    const { carve_outs } = await mover.status()
    return carve_outs.length > 0 && carve_outs.every(isStill)
  }
  await until('all feeds have run out', isInStep, IN_STEP_WITHIN_MS)
}

const isStill = ({ backfill, feeds }: CarveOutStatus): boolean =>
  backfill.length > 0 &&
  backfill.every(({ is_finished }) => is_finished) &&
  feeds.every(({ behind }) => behind?.entries === 0)
