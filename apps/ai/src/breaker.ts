// Stops asking a neighbour that fails; one for each neighbour.
//
//            5 failures in a row                    wait is over
//   closed ───────────────────────► open ───────────────────────► half-open
//     ▲                              ▲                             │      │
//     │                              └──────── the probe fails ────┘      │
//     └─────────────────────────── the probe succeeds ────────────────────┘
//
// Half-open lets one call through, the probe. A call that ends after the state has changed says nothing about it.

export type BreakerState = 'closed' | 'open' | 'half-open'

/** How a call ended; `unknown`: nobody waited for the end. */
export type CallEnd = 'succeeded' | 'failed' | 'unknown'

export const FAILURES_TO_OPEN = 5
export const OPEN_FOR_MS = 3_000

export class Breaker {
  #failures = 0
  #openUntilMs = 0
  #isProbing = false
  readonly #now: () => number

  constructor(now: () => number = performance.now.bind(performance)) {
    this.#now = now
  }

  get state(): BreakerState {
    if (this.#failures < FAILURES_TO_OPEN) return 'closed'
    return this.#isProbing || this.#now() >= this.#openUntilMs ? 'half-open' : 'open'
  }

  /** What tells how the call ended, once; null: no call may go now. */
  tryEnter(): ((end: CallEnd) => void) | null {
    if (this.state === 'closed') return (end) => this.#ended(end)
    if (this.state === 'open' || this.#isProbing) return null
    this.#isProbing = true
    return (end) => this.#probed(end)
  }

  #ended(end: CallEnd): void {
    if (this.state !== 'closed' || end === 'unknown') return
    if (end === 'succeeded') this.#failures = 0
    else this.#fail()
  }

  #probed(end: CallEnd): void {
    this.#isProbing = false
    if (end === 'succeeded') this.#failures = 0
    else if (end === 'failed') this.#fail()
  }

  #fail(): void {
    this.#failures += 1
    this.#openUntilMs = this.#now() + OPEN_FOR_MS
  }
}
