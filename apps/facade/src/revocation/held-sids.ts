/** What is kept in memory: about 100 bytes each. Three weeks of 50,000 log outs a day. */
const MOST_HELD = 1_000_000

/**
 * Ended sessions, each until its every token is past its time, and never more than a bound: past it the oldest are
 * left out, and until those are past their time the collection says that it is not whole.
 */
export class HeldSids {
  /** In the order they were added, which is nearly that of their times: all live equally long. */
  readonly #expiresAtSeconds = new Map<string, number>()
  readonly #limit: number
  #wholeFromSeconds = 0

  constructor(limit = MOST_HELD) {
    this.#limit = limit
  }

  get size(): number {
    return this.#expiresAtSeconds.size
  }

  has(sid: string): boolean {
    return this.#expiresAtSeconds.has(sid)
  }

  /** Whether a session that is not here was never added. */
  isWhole(nowMs: number): boolean {
    return nowMs >= this.#wholeFromSeconds * 1_000
  }

  /** Answers whether it was new. */
  add(sid: string, expiresAtMs: number): boolean {
    if (this.#expiresAtSeconds.has(sid)) return false
    // Whole seconds: a small integer needs no memory of its own.
    this.#expiresAtSeconds.set(sid, Math.ceil(expiresAtMs / 1_000))
    if (this.#expiresAtSeconds.size > this.#limit) this.#leaveOutOldest()
    return true
  }

  forgetPast(nowMs: number): void {
    for (const [sid, seconds] of this.#expiresAtSeconds) {
      if (seconds * 1_000 > nowMs) return
      this.#expiresAtSeconds.delete(sid)
    }
  }

  #leaveOutOldest(): void {
    const [oldest] = this.#expiresAtSeconds
    if (!oldest) return
    const [sid, seconds] = oldest
    this.#expiresAtSeconds.delete(sid)
    this.#wholeFromSeconds = Math.max(this.#wholeFromSeconds, seconds)
  }
}
