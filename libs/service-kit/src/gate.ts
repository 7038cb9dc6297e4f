/** Lets few in at a time and some wait; the rest is refused. For work that must not starve everything else. */
export type Gate = { run<T>(work: () => Promise<T>): Promise<T> }

export type GateOptions = {
  readonly atOnce: number
  readonly waitingMax: number
  /** Made for each that finds no place to wait, and thrown. */
  readonly refuse: () => Error
}

export function createGate({ atOnce, waitingMax, refuse }: GateOptions): Gate {
  const waiting: (() => void)[] = []
  let running = 0

  async function enter(): Promise<void> {
    if (running < atOnce) {
      running += 1
      return
    }
    if (waiting.length >= waitingMax) throw refuse()
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
