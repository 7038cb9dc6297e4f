import { setTimeout as delay } from 'node:timers/promises'

/** How often a second `act` is done by so many at a time, each as soon as it has done the one before. */
export async function capacityOf(
  act: () => Promise<void>,
  { seconds, atOnce }: { readonly seconds: number; readonly atOnce: number },
): Promise<number> {
  const startedAtMs = performance.now()
  const endMs = startedAtMs + seconds * 1_000
  let count = 0
  async function worker(): Promise<void> {
    for (; performance.now() < endMs; count += 1) await act()
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return count / ((performance.now() - startedAtMs) / 1_000)
}

/**
 * Begins `act` so many times a second, whether or not those before have ended, until aborted: who waits for an answer
 * keeps nobody from asking. Resolves when all have ended, with how many there were.
 */
export async function actAt(
  act: () => Promise<void>,
  { perSecond, signal }: { readonly perSecond: number; readonly signal: AbortSignal },
): Promise<number> {
  const startedAtMs = performance.now()
  const underWay: Promise<void>[] = []
  while (!signal.aborted) {
    const due = ((performance.now() - startedAtMs) / 1_000) * perSecond
    while (underWay.length < due) {
      const acting = act()
      // It is awaited at the end, and must not end the process before.
      acting.catch(() => undefined)
      underWay.push(acting)
    }
    await delay(2)
  }
  await Promise.all(underWay)
  return underWay.length
}
