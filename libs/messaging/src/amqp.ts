import type { Inbox } from './inbox.ts'
import type { Subscriber } from './subscribers.ts'
import type { Transport } from './transport.ts'

export type AmqpTransportOptions = {
  readonly url: string
  /** Who tells, e.g. `conversation`. */
  readonly source: string
  readonly consumers: readonly string[]
}
export declare function createAmqpTransport(options: AmqpTransportOptions): Transport

export type AmqpConsumerOptions = {
  readonly url: string
  readonly source: string
  /** Who takes in, e.g. `emotion`. */
  readonly consumer: string
  readonly inbox: Inbox
  readonly onEvent?: (event: AmqpConsumerEvent) => void
}
export type AmqpConsumerEvent =
  | { readonly event: 'fault'; readonly error: unknown; readonly pauseMs: number }
  | { readonly event: 'malformed'; readonly reason: string }

/** Hands what the broker has for a consumer to its inbox, and acknowledges what is committed; until aborted, never throws. */
export type AmqpConsumer = { run(signal: AbortSignal): Promise<void> }
export declare function createAmqpConsumer(options: AmqpConsumerOptions): AmqpConsumer

export type HttpTransportOptions = {
  readonly subscribers: readonly Subscriber[]
  /** A service token for this subscriber: `createServiceToken` with its name as audience. */
  readonly tokenFor: (name: string) => Promise<string>
  readonly deadlineMs?: number
}
export declare function createHttpTransport(options: HttpTransportOptions): Transport
