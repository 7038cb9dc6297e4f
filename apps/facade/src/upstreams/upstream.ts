import type { Side } from '@emotibot/contracts'
import { Pool } from 'undici'
import { Breaker, type BreakerState } from './breaker.ts'

export type Timeouts = {
  readonly connectTimeoutMs: number
  readonly headersTimeoutMs: number
  readonly bodyTimeoutMs: number
}

const CONNECTIONS = 256
/** One header may name every session of a user: a hundred thousand of them. */
const ANSWER_HEADERS_LIMIT_BYTES = 4 * 1_024 * 1_024
/** Requests that may be under way or waiting for a connection; more are answered 503. */
const IN_FLIGHT_LIMIT = 1_024

/** One process behind the facade: its connections, and how it has been doing. */
export class Upstream {
  readonly name: string
  readonly side: Side
  readonly url: string
  readonly pool: Pool
  inFlight = 0
  readonly #breakers = new Map<string, Breaker>()

  constructor(name: string, url: string, timeouts: Timeouts) {
    this.name = name
    this.side = name === 'monolith' ? 'monolith' : 'service'
    this.url = url
    this.pool = new Pool(url, {
      connections: CONNECTIONS,
      connect: { timeout: timeouts.connectTimeoutMs },
      headersTimeout: timeouts.headersTimeoutMs,
      bodyTimeout: timeouts.bodyTimeoutMs,
      maxHeaderSize: ANSWER_HEADERS_LIMIT_BYTES,
    })
  }

  get isFull(): boolean {
    return this.inFlight >= IN_FLIGHT_LIMIT
  }

  breakerOf(routeKey: string): Breaker {
    const known = this.#breakers.get(routeKey)
    if (known) return known
    const breaker = new Breaker()
    this.#breakers.set(routeKey, breaker)
    return breaker
  }

  /** Routes that this upstream fails now. */
  failingRoutes(): string[] {
    return [...this.#breakers].filter(([, breaker]) => breaker.state !== 'closed').map(([key]) => key)
  }

  /** The worst of its routes. */
  get breakerState(): BreakerState {
    const states = [...this.#breakers.values()].map((breaker) => breaker.state)
    return (
      states.find((state) => state === 'open') ?? states.find((state) => state === 'half-open') ?? 'closed'
    )
  }

  close(): Promise<void> {
    return this.pool.destroy()
  }
}
