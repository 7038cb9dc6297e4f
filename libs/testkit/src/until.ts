import { setTimeout as delay } from 'node:timers/promises'

const LOOK_EVERY_MS = 10
const USUAL_BOUND_MS = 10_000

/**
 * Resolves to the first truthy answer of a condition, which is asked again and again. Throws after the bound, naming
 * what was waited for: a test waits for a condition and never just sleeps.
 */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  boundMs = USUAL_BOUND_MS,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + boundMs
  let thrown: unknown
  while (Date.now() < deadline) {
    try {
      const answer = await condition()
      if (answer) return answer
    } catch (cause) {
      thrown = cause
    }
    await delay(LOOK_EVERY_MS)
  }
  throw new Error(`Waited ${boundMs} ms in vain until ${what}.`, { cause: thrown })
}
