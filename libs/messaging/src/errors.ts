/** Every error this package throws by design; `code` is stable. */
export class MessagingError extends Error {
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'MessagingError'
    this.code = code
  }
}

export const subscriberAnsweredError = (name: string, status: number, text: string): MessagingError =>
  new MessagingError('SUBSCRIBER_ANSWERED', `${name} answered a batch with ${status}: ${text.slice(0, 300)}`)

export const notConfirmedError = (queue: string, cause: unknown): MessagingError =>
  new MessagingError(
    'NOT_CONFIRMED',
    `The broker did not take a batch for ${queue}: it is full or has no majority. It is sent again.`,
    { cause },
  )

export const unroutableError = (queue: string): MessagingError =>
  new MessagingError(
    'UNROUTABLE',
    `The broker has no queue ${queue} any more. It is declared and sent to again.`,
  )

export const lateConfirmError = (queue: string, ms: number): MessagingError =>
  new MessagingError('NOT_CONFIRMED', `The broker did not confirm a batch for ${queue} within ${ms} ms.`)

export const brokerGoneError = (cause: unknown): MessagingError =>
  new MessagingError(
    'BROKER_GONE',
    `The connection to RabbitMQ ended: ${cause instanceof Error ? cause.message : 'it was closed'}`,
    { cause },
  )

/** Of events that failed and have tries left: nothing of their batch was kept. */
export class EventsFailedError extends MessagingError {
  constructor(count: number, reason: string, options?: ErrorOptions) {
    super('EVENTS_FAILED', `${count} event(s) could not be taken in yet: ${reason}`, options)
    this.name = 'EventsFailedError'
  }
}
