/** How long a request that both sides refuse is asked of them again. */
const REFUSALS_FOR_MS = 5_000
/** What one that was let go after a wait gets at least. */
const AFTER_WAIT_MS = 1_000
const FIRST_PAUSE_MS = 10
const LONGEST_PAUSE_MS = 100

/** How long a request has been here, and how much longer it tries. */
export class Patience {
  readonly #startedAtMs = performance.now()
  #endsAtMs = this.#startedAtMs + REFUSALS_FOR_MS
  #pauseMs = FIRST_PAUSE_MS

  get elapsedMs(): number {
    return performance.now() - this.#startedAtMs
  }

  /** How long to pause before the sides are asked again; null when it was long enough. */
  nextPauseMs(): number | null {
    const pauseMs = this.#pauseMs
    this.#pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
    return performance.now() + pauseMs < this.#endsAtMs ? pauseMs : null
  }

  renew(): void {
    this.#endsAtMs = Math.max(this.#endsAtMs, performance.now() + AFTER_WAIT_MS)
  }
}
