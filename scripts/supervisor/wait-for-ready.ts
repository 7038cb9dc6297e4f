import { setTimeout as delay } from 'node:timers/promises'
import type { Exit } from './part.ts'

const READY_WITHIN_MS = 30_000
const POLL_EVERY_MS = 40

/** The process ended before it was ready. */
export class EndedEarlyError extends Error {
  readonly exit: Exit
  constructor(exit: Exit) {
    super(`It ended before it was ready (${describeExit(exit)}).`)
    this.name = 'EndedEarlyError'
    this.exit = exit
  }
}

export type Starting = { exited: Promise<Exit>; listening: Promise<void> }

/**
 * Waits until a process says that it listens, then asks `url` until it answers 200. Rejects when the process
 * ends first, when it takes too long, or on abort.
 */
export async function waitForReady(url: string, starting: Starting, signal: AbortSignal): Promise<void> {
  const ended = starting.exited.then((exit) => {
    throw new EndedEarlyError(exit)
  })
  const late = AbortSignal.timeout(READY_WITHIN_MS)
  const bounded = AbortSignal.any([signal, late])
  const ready = starting.listening.then(() => untilOk(url, bounded))
  try {
    await Promise.race([ready, ended, aborted(bounded)])
  } catch (error) {
    ready.catch(() => undefined)
    if (late.aborted && !signal.aborted)
      throw new Error(`It was not ready within ${READY_WITHIN_MS / 1_000} s (${url}).`)
    throw error
  } finally {
    ended.catch(() => undefined)
  }
}

async function untilOk(url: string, signal: AbortSignal): Promise<void> {
  while (!(await answersOk(url))) await delay(POLL_EVERY_MS, undefined, { signal })
}

function aborted(signal: AbortSignal): Promise<never> {
  signal.throwIfAborted()
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  )
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
