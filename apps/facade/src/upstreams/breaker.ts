// Stops asking a service that fails, one breaker a route.
//
//            5 failures in a row                    wait is over
//   closed ───────────────────────► open ───────────────────────► half-open
//     ▲                              ▲                             │      │
//     │                              └──────── the probe fails ────┘      │
//     └─────────────────────────── the probe succeeds ────────────────────┘
//
// Half-open lets one request through, the probe; the others are refused until it is known. Failures after which nobody
// asked for a while are forgotten: a route that was flipped away meanwhile must not come back to refusals.

export type BreakerState = 'closed' | 'open' | 'half-open'

const FAILURES_TO_OPEN = 5
const OPEN_FOR_MS = 3_000
const FORGOTTEN_AFTER_MS = 6_000

export class Breaker {
  #failures = 0
  #openUntilMs = 0
  #failedAtMs = 0
  #isProbing = false
  readonly #now: () => number

  constructor(now: () => number = performance.now.bind(performance)) {
    this.#now = now
  }

  get state(): BreakerState {
    this.#forget()
    if (this.#failures < FAILURES_TO_OPEN) return 'closed'
    return this.#isProbing || this.#now() >= this.#openUntilMs ? 'half-open' : 'open'
  }

  /** Whether a request may go. One that goes must end in `succeeded`, `failed` or `gaveUp`. */
  tryEnter(): boolean {
    this.#forget()
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
    this.#failedAtMs = this.#now()
    if (this.#failures >= FAILURES_TO_OPEN) this.#openUntilMs = this.#failedAtMs + OPEN_FOR_MS
  }

  /** The client left before anything was known. */
  gaveUp(): void {
    this.#isProbing = false
  }

  #forget(): void {
    if (!this.#isProbing && this.#now() - this.#failedAtMs >= FORGOTTEN_AFTER_MS) this.#failures = 0
  }
}
