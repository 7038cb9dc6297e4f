export {
  type AmqpConsumer,
  type AmqpConsumerEvent,
  type AmqpConsumerOptions,
  type AmqpTransportOptions,
  createAmqpConsumer,
  createAmqpTransport,
  createHttpTransport,
  type HttpTransportOptions,
} from './amqp.ts'
export type { DeadLetters, Replayed } from './dead-letters.ts'
export { type Endpoint, type EndpointAnswer, inboxEndpoints } from './endpoints.ts'
export {
  createInbox,
  type EventContext,
  type EventHandlers,
  type Inbox,
  type InboxEvent,
  type InboxOptions,
  type Standing,
  type Taken,
} from './inbox.ts'
export type { OutboxLag, OutboxPage, OutboxReader } from './outbox-reader.ts'
export { createRelay, type LineStatus, type Relay, type RelayEvent, type RelayOptions } from './relay.ts'
export type { RelayKeeper } from './relay-keeper.ts'
export { inboxStep, relayStep } from './schema.ts'
export { parseSubscribers, type Subscriber } from './subscribers.ts'
export type { Delivery, Line, Transport } from './transport.ts'
