import type { OutboxLag, OutboxReader } from './outbox-reader.ts'
import type { RelayKeeper } from './relay-keeper.ts'
import type { Transport } from './transport.ts'

export type RelayOptions = {
  readonly outbox: OutboxReader
  readonly keeper: RelayKeeper
  readonly transport: Transport
  readonly onEvent?: (event: RelayEvent) => void
  /** Entries of the feed that one batch is made from, at most. */
  readonly batchSize?: number
  /** From 0 to 1; spreads what several processes try again. */
  readonly random?: () => number
}

export type RelayEvent =
  | { readonly event: 'delivered'; readonly consumer: string; readonly events: number }
  /** The consumer stands elsewhere; the relay goes on from there. */
  | { readonly event: 'gap'; readonly consumer: string; readonly at: string }
  | {
      readonly event: 'fault'
      readonly consumer: string
      readonly error: unknown
      readonly pauseMs: number
    }

export type LineStatus = {
  readonly consumer: string
  /** `standing by`: another process of this service relays to it. */
  readonly state: 'relaying' | 'standing by' | 'faulty'
  readonly reason: string | null
  readonly place: string | null
}

/** Sends a service's events to every consumer, in order, at least once, until aborted. Never blocks the service. */
export type Relay = {
  /** Goes on until aborted, then gives the lead away; never throws. */
  run(signal: AbortSignal): Promise<void>
  /** There is news: the next look is now. */
  wake(): void
  status(): readonly LineStatus[]
  /** How far every consumer is behind; asked of the database, for a gauge. */
  lag(): Promise<readonly (OutboxLag & { readonly consumer: string })[]>
}

export declare function createRelay(options: RelayOptions): Relay
