import type { Mover } from '../apps/start-mover.ts'
import { until } from '../until.ts'
import type { Operator } from './control.ts'

const IN_STEP_WITHIN_MS = 30_000

/** Begins the backfill of auth, and waits until every row is copied and both feeds have run out. */
export async function beginCarveOut({ backfill }: Operator, mover: Mover): Promise<void> {
  // Refused until both stores are open.
  await until('the backfill is begun', () => backfill('auth'), IN_STEP_WITHIN_MS)
  await untilInStep(mover)
}

/** Waits until the copy is complete and both feeds have run out. */
export async function untilInStep(mover: Mover): Promise<void> {
  const isInStep = async () => {
    const [carveOut] = (await mover.status()).carve_outs
    const isCopied = carveOut?.backfill.length && carveOut.backfill.every(({ is_finished }) => is_finished)
    return isCopied && carveOut.feeds.every(({ behind }) => behind?.entries === 0)
  }
  await until('both feeds have run out', isInStep, IN_STEP_WITHIN_MS)
}
