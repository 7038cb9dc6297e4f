import { setTimeout as delay } from 'node:timers/promises'
import type { Exit } from './part.ts'

const READY_WITHIN_MS = 30_000
const POLL_EVERY_MS = 40

/** Asks `url` until it answers 200. Rejects when the process ends first, when it takes too long, or on abort. */
export async function waitForReady(url: string, exited: Promise<Exit>, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  let ended: Exit | undefined
  void exited.then((exit) => {
    ended = exit
  })
  while (!(await answersOk(url))) {
    signal.throwIfAborted()
    if (ended) throw new Error(`It ended before it was ready (${describeExit(ended)}).`)
    if (Date.now() > deadline)
      throw new Error(`It was not ready within ${READY_WITHIN_MS / 1_000} s (${url}).`)
    await delay(POLL_EVERY_MS, undefined, { signal })
  }
}

export function describeExit({ code, signal }: Exit): string {
  return signal ? `signal ${signal}` : `exit code ${code ?? 'unknown'}`
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    await answer.body?.cancel()
    return answer.status === 200
  } catch {
    return false
  }
}
