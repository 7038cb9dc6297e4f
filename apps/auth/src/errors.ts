import { ApiError } from '@emotibot/service-kit'

export const wrongLoginError = () =>
  new ApiError('UNAUTHENTICATED', 'The username or the password is not right.')

/** A 400, not a 401: the session that asks is still good. */
export const wrongPasswordError = () => new ApiError('BAD_REQUEST', 'The current password is not right.')

export const nameTakenError = () =>
  new ApiError('DUPLICATE_USER', 'This username or e-mail is taken. Sign in, or choose another.')

export const keyReusedError = (key: string) =>
  new ApiError(
    'IDEMPOTENCY_MISMATCH',
    `The Idempotency-Key "${key}" already stands for another request. Make up a new one.`,
  )

export const tooManyHashesError = () =>
  new ApiError('BUSY', 'Too many people are signing in just now. Try again in a moment.', {
    headers: { 'retry-after': '2' },
  })

export const storeAwayError = (cause: unknown) =>
  new ApiError('BUSY', 'The store cannot be reached just now, and nothing was changed. Try again.', {
    cause,
    headers: { 'retry-after': '1' },
  })

/** The connection went while the commit was under way: nobody here can know. */
export const outcomeUnknownError = (cause: unknown) =>
  new ApiError('TIMEOUT', 'The store went away during the change; look whether it happened.', { cause })
