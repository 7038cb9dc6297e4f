/** A request that nobody executed, and that will be routed anew. */
export type PausedRequest = { wake(): void }

/** As many ask the sides again and again; more than that would be a storm of its own. */
const AT_ONCE = 256

/** Short pauses between two rounds of asking, all of which end when a new snapshot says more. */
export class Pauses {
  readonly #timers = new Map<PausedRequest, NodeJS.Timeout>()

  get size(): number {
    return this.#timers.size
  }

  /** False when too many pause already. */
  start(request: PausedRequest, ms: number): boolean {
    if (this.#timers.size >= AT_ONCE) return false
    this.#timers.set(
      request,
      setTimeout(() => this.#end(request), ms),
    )
    return true
  }

  /** The client left. */
  stop(request: PausedRequest): void {
    clearTimeout(this.#timers.get(request))
    this.#timers.delete(request)
  }

  wakeAll(): void {
    for (const request of [...this.#timers.keys()]) this.#end(request)
  }

  #end(request: PausedRequest): void {
    this.stop(request)
    request.wake()
  }
}
