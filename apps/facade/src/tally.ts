import type { RouteStatus } from '@emotibot/contracts'
import { Counter, Gauge, type Registry } from 'prom-client'

export type RequestCounts = RouteStatus['requests']

/** How one exchange ended: which side answered, or that none did. */
export type Ending = keyof RequestCounts

/** Requests by route and ending since this process started: plain numbers, read when somebody asks. */
export class Tally {
  readonly #counts = new Map<string, RequestCounts>()
  readonly #turnedAway = new Map<string, number>()

  add(route: string, ending: Ending): void {
    this.of(route)[ending] += 1
  }

  of(route: string): RequestCounts {
    const known = this.#counts.get(route)
    if (known) return known
    const counts = { monolith: 0, service: 0, fallback: 0, failed: 0 }
    this.#counts.set(route, counts)
    return counts
  }

  /** A request that was answered at the door: no route, too many, unreadable. */
  turnAway(code: string): void {
    this.#turnedAway.set(code, (this.#turnedAway.get(code) ?? 0) + 1)
  }

  get turnedAway(): ReadonlyMap<string, number> {
    return this.#turnedAway
  }

  *entries(): Iterable<readonly [string, Readonly<RequestCounts>]> {
    yield* this.#counts
  }
}

const ENDINGS = {
  monolith: { side: 'monolith', outcome: 'answered' },
  service: { side: 'service', outcome: 'answered' },
  fallback: { side: 'other', outcome: 'fallback' },
  failed: { side: 'none', outcome: 'failed' },
} as const

/** What was answered, at each of the ports. */
export type Tallies = { readonly main: Tally; readonly internal: Tally }

/** Shows the tallies, and the version routed by, to Prometheus. */
export function exposeTallies(registry: Registry, tallies: Tallies, version: () => number): void {
  const ports = Object.entries(tallies)
  new Counter({
    name: 'emotibot_facade_requests_total',
    help: 'Requests by port, route, the side that answered, and how it ended',
    labelNames: ['port', 'route', 'side', 'outcome'] as const,
    registers: [registry],
    collect() {
      this.reset()
      for (const [port, tally] of ports)
        for (const [route, counts] of tally.entries())
          for (const [ending, labels] of Object.entries(ENDINGS))
            this.inc({ port, route, ...labels }, counts[ending as Ending])
    },
  })
  new Counter({
    name: 'emotibot_facade_turned_away_total',
    help: 'Requests answered at the door, by port and error code',
    labelNames: ['port', 'code'] as const,
    registers: [registry],
    collect() {
      this.reset()
      for (const [port, tally] of ports)
        for (const [code, count] of tally.turnedAway) this.inc({ port, code }, count)
    },
  })
  new Gauge({
    name: 'emotibot_facade_ledger_version',
    help: 'Version of the ledger this replica routes by',
    registers: [registry],
    collect() {
      this.set(version())
    },
  })
}
