export {
  type AmqpConsumer,
  type AmqpConsumerEvent,
  type AmqpConsumerOptions,
  createAmqpConsumer,
} from './amqp/amqp-consumer.ts'
export { type AmqpTransportOptions, createAmqpTransport } from './amqp/amqp-transport.ts'
export { MessagingError } from './errors.ts'
export { createHttpTransport, type HttpTransportOptions } from './http/http-transport.ts'
export type { DeadLetters, Replayed } from './inbox/dead-letters.ts'
export {
  type Endpoint,
  type EndpointAnswer,
  type EndpointRequest,
  inboxEndpoints,
} from './inbox/endpoints.ts'
export {
  createInbox,
  type EventContext,
  type EventHandlers,
  type Inbox,
  type InboxEvent,
  type InboxOptions,
  type Standing,
  type Taken,
} from './inbox/inbox.ts'
export type { OutboxLag, OutboxPage, OutboxReader } from './relay/outbox-reader.ts'
export {
  createRelay,
  type LineStatus,
  type Relay,
  type RelayEvent,
  type RelayOptions,
} from './relay/relay.ts'
export { createRelayKeeper, type Led, type RelayKeeper } from './relay/relay-keeper.ts'
export { inboxStep, relayStep } from './schema.ts'
export { parseSubscribers, type Subscriber } from './subscribers.ts'
export type { Delivery, Line, Transport } from './transport.ts'
