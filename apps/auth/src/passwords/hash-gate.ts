import { tooManyHashesError } from '../errors.ts'

/** Lets few in at a time, some wait, and sends the rest away with 503: hashing must not starve everything else. */
export type HashGate = { run<T>(work: () => Promise<T>): Promise<T> }

export function createHashGate({ atOnce, waitingMax }: { atOnce: number; waitingMax: number }): HashGate {
  const waiting: (() => void)[] = []
  let running = 0

  async function enter(): Promise<void> {
    if (running < atOnce) {
      running += 1
      return
    }
    if (waiting.length >= waitingMax) throw tooManyHashesError()
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
