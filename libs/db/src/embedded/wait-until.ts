import { setTimeout as delay } from 'node:timers/promises'

/** Waits for a condition that has no event to wait for; answers whether it came true in time. */
export async function waitUntil(condition: () => boolean, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs
  while (!condition()) {
    if (Date.now() > deadline) return false
    await delay(15)
  }
  return true
}
