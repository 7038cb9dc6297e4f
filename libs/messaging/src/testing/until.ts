import { setTimeout as delay } from 'node:timers/promises'

const WITHIN_MS = 45_000

/** Waits for a condition. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WITHIN_MS
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`still not so: ${isSo}`)
    await delay(10)
  }
}
