import { ProviderFailure } from './provider.ts'

export type SlotsOptions = { readonly atOnce: number; readonly waitingMax: number }

/**
 * Few calls at a time, some wait in line, the rest is refused. Unlike the kit's gate, who waits can leave the line: a
 * deadline that passes there gives its place to the next.
 */
export class Slots {
  readonly #options: SlotsOptions
  readonly #waiting = new Set<() => void>()
  #taken = 0

  constructor(options: SlotsOptions) {
    this.#options = options
  }

  /** Resolves to what gives the slot back. Throws ProviderFailure `busy` when the line is full, `slow` on the signal. */
  async take(signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) throw tooSlow()
    if (this.#taken < this.#options.atOnce) this.#taken += 1
    else await this.#wait(signal)
    let isGiven = false
    return () => {
      if (!isGiven) this.#giveBack()
      isGiven = true
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.size >= this.#options.waitingMax)
      return Promise.reject(new ProviderFailure('busy', 'All calls are taken.', { wasNotExecuted: true }))
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const enter = () => {
      signal.removeEventListener('abort', leave)
      resolve()
    }
    const leave = () => {
      this.#waiting.delete(enter)
      reject(tooSlow())
    }
    this.#waiting.add(enter)
    signal.addEventListener('abort', leave, { once: true })
    return promise
  }

  /** The slot goes straight to the next in line, so nobody can slip in between. */
  #giveBack(): void {
    const [next] = this.#waiting
    if (!next) {
      this.#taken -= 1
      return
    }
    this.#waiting.delete(next)
    next()
  }
}

const tooSlow = () => new ProviderFailure('slow', 'No call was free in time.', { wasNotExecuted: true })
