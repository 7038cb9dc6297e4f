/** What one replica saw of the waiting in one flip. `count` has all that came while it was held, `failed` those of them answered 503. */
export type FlipWaits = {
  readonly flip: string
  readonly count: number
  readonly worstMs: number
  readonly failed: number
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** How many waited for which flip, and how long: from when it is held until the ledger has the figures. */
export class WaitFigures {
  readonly #byFlip = new Map<string, Mutable<FlipWaits>>()
  readonly #ended = new Set<string>()

  began(flip: string): void {
    this.#byFlip.set(flip, { flip, count: 0, worstMs: 0, failed: 0 })
  }

  came(flip: string): void {
    const waits = this.#byFlip.get(flip)
    if (waits) waits.count += 1
  }

  lasted(flip: string, ms: number): void {
    const waits = this.#byFlip.get(flip)
    if (waits) waits.worstMs = Math.max(waits.worstMs, ms)
  }

  failed(flip: string): void {
    const waits = this.#byFlip.get(flip)
    if (waits) waits.failed += 1
  }

  ended(flip: string): void {
    if (this.#byFlip.get(flip)?.count === 0) this.#byFlip.delete(flip)
    else this.#ended.add(flip)
  }

  /** Of flips whose hold is gone, and that are not noted yet. */
  toNote(): FlipWaits[] {
    return [...this.#byFlip.values()]
      .filter(({ flip }) => this.#ended.has(flip))
      .map((waits) => ({ ...waits }))
  }

  noted(flip: string): void {
    this.#ended.delete(flip)
    this.#byFlip.delete(flip)
  }
}
