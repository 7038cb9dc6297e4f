import { ApiError } from '@emotibot/service-kit'

/** Lets few in at a time, some wait, and sends the rest away with 503: hashing must not starve everything else. */
export type WorkGate = { run<T>(work: () => Promise<T>): Promise<T> }

/** One less than libuv's four threads, so that files and names are still read while everybody signs in. */
const AT_ONCE = 3
const WAITING_MAX = 100

export function createWorkGate({ atOnce = AT_ONCE, waitingMax = WAITING_MAX } = {}): WorkGate {
  const waiting: (() => void)[] = []
  let running = 0

  async function enter(): Promise<void> {
    if (running < atOnce) {
      running += 1
      return
    }
    if (waiting.length >= waitingMax)
      throw new ApiError('BUSY', 'Too many people are signing in just now. Try again in a moment.', {
        headers: { 'retry-after': '2' },
      })
    const { promise, resolve } = Promise.withResolvers<void>()
    waiting.push(resolve)
    await promise
  }

  /** The place goes straight to the next in line, so nobody can slip in between. */
  function leave(): void {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }

  return {
    async run(work) {
      await enter()
      try {
        return await work()
      } finally {
        leave()
      }
    },
  }
}
