import type { EventBatch } from '@emotibot/contracts'

/** How batches get to the services that take them in. */
export type Transport = {
  /** One for each consumer, so that a dead one holds up nobody else. */
  readonly lines: readonly Line[]
  close(): Promise<void>
}

/** The way to one consumer. */
export type Line = {
  /** The consumer's name: the relay keeps its place under it. */
  readonly consumer: string
  /** Resolves once the batch is durable on the other end. Throws when that is not sure; it is sent again then. */
  send(batch: EventBatch): Promise<Delivery>
  /**
   * Where a consumer can say later, not in answer, that it misses something: from when on to send again. `goBack` is
   * durable when it resolves. Called once.
   */
  onGap?(goBack: (at: string) => Promise<void>): void
}

/** `gap`: what comes before the batch is not there; the consumer stands at `at`, and wants what follows. */
export type Delivery = { readonly outcome: 'delivered' } | { readonly outcome: 'gap'; readonly at: string }
