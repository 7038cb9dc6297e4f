// Stops asking a service that fails, one breaker a route.
//
//            5 failures in a row                    wait is over
//   closed ───────────────────────► open ───────────────────────► half-open
//     ▲                              ▲                             │      │
//     │                              └──────── the probe fails ────┘      │
//     └─────────────────────────── the probe succeeds ────────────────────┘
//
// Half-open lets one request through, the probe; the others are refused until it is known.

export type BreakerState = 'closed' | 'open' | 'half-open'

const FAILURES_TO_OPEN = 5
const OPEN_FOR_MS = 3_000

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

  /** Whether a request may go. One that goes must end in `succeeded`, `failed` or `gaveUp`. */
  tryEnter(): boolean {
    if (this.#failures < FAILURES_TO_OPEN) return true
    if (this.#isProbing || this.#now() < this.#openUntilMs) return false
    this.#isProbing = true
    return true
  }

  succeeded(): void {
    this.#failures = 0
    this.#isProbing = false
  }

  failed(): void {
    this.#failures += 1
    this.#isProbing = false
    if (this.#failures >= FAILURES_TO_OPEN) this.#openUntilMs = this.#now() + OPEN_FOR_MS
  }

  /** The client left before anything was known. */
  gaveUp(): void {
    this.#isProbing = false
  }
}
