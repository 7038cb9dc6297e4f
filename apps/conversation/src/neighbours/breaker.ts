// Stops asking a neighbour that fails, so that one that is dead costs one deadline and not one of every send.
//
//            a failure                    its rest is over
//   closed ───────────► open, for 1 s ─────────────────────► half-open: one call goes, the probe
//     ▲                  ▲   the rest doubles, to 8 s           │       │
//     │                  └──────────── it fails ────────────────┘       │
//     └───────────────────────────── it succeeds ───────────────────────┘
//
// Of calls that went together while it was closed, the first failure opens it; the others say nothing more.

export type CallEnd = 'succeeded' | 'failed' | 'unknown'

const FIRST_REST_MS = 1_000
const LONGEST_REST_MS = 8_000

export class Breaker {
  #restMs = 0
  #openUntilMs = 0
  #isProbing = false
  readonly #now: () => number

  constructor(now: () => number = performance.now.bind(performance)) {
    this.#now = now
  }

  get #isClosed(): boolean {
    return this.#restMs === 0
  }

  /** What tells how the call ended, once; null: no call may go now. */
  tryEnter(): ((end: CallEnd) => void) | null {
    if (this.#isClosed) return (end) => this.#ended(end)
    if (this.#isProbing || this.#now() < this.#openUntilMs) return null
    this.#isProbing = true
    return (end) => this.#probed(end)
  }

  #ended(end: CallEnd): void {
    if (this.#isClosed && end === 'failed') this.#open()
  }

  #probed(end: CallEnd): void {
    this.#isProbing = false
    if (end === 'succeeded') this.#restMs = 0
    else if (end === 'failed') this.#open()
  }

  #open(): void {
    this.#restMs = Math.min(Math.max(2 * this.#restMs, FIRST_REST_MS), LONGEST_REST_MS)
    this.#openUntilMs = this.#now() + this.#restMs
  }
}
