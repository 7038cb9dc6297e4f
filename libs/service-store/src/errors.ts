import { ApiError } from '@emotibot/service-kit'

export const keyReusedError = (key: string) =>
  new ApiError(
    'IDEMPOTENCY_MISMATCH',
    `The Idempotency-Key "${key}" already stands for another request. Make up a new one.`,
  )

export const storeAwayError = (cause: unknown) =>
  new ApiError('BUSY', 'The store cannot be reached just now, and nothing was changed. Try again.', {
    cause,
    headers: { 'retry-after': '1' },
  })

/** The connection went while the commit was under way: nobody here can know. */
export const outcomeUnknownError = (cause: unknown) =>
  new ApiError('TIMEOUT', 'The store went away during the change; look whether it happened.', { cause })
