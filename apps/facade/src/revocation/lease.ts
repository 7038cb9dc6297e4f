/** One moment by two clocks: one that never jumps, and one that goes on while the machine is suspended. */
export type Moment = { readonly steadyMs: number; readonly wallMs: number }
export type Clock = () => Moment

export const now: Clock = () => ({ steadyMs: performance.now(), wallMs: Date.now() })

/** For how long something that was true may be taken to be true. By either clock: what either calls over is over. */
export class Lease {
  readonly #lengthMs: number
  readonly #clock: Clock
  #from: Moment | null = null

  constructor(lengthMs: number, clock: Clock = now) {
    this.#lengthMs = lengthMs
    this.#clock = clock
  }

  get isHeld(): boolean {
    if (this.#from === null) return false
    const { steadyMs, wallMs } = this.#clock()
    const ageMs = Math.max(steadyMs - this.#from.steadyMs, wallMs - this.#from.wallMs)
    return ageMs < this.#lengthMs
  }

  /** Now, for a later `renew`: a lease runs from before the question, not from after its answer. */
  read(): Moment {
    return this.#clock()
  }

  renew(from: Moment): void {
    if (this.#from === null || from.steadyMs > this.#from.steadyMs) this.#from = from
  }
}
