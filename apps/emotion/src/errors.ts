import { ApiError, type VerifyToken } from '@emotibot/service-kit'

/** The routes that keep nothing are public. */
export const looksAtNoToken: VerifyToken = () =>
  Promise.reject(new ApiError('UNAUTHENTICATED', 'This route looks at no token.'))

const retryAfter = { headers: { 'retry-after': '1' } }

export const storeNotOpenError = () =>
  new ApiError('BUSY', 'The store has not been reached since this service started. Try again.', retryAfter)

export const noSuchTurnError = () =>
  new ApiError('NOT_FOUND', 'There is no such turn. It may have been deleted.')

/** The turn may be there and not have been heard of yet: 404 would be a guess. */
export const turnUnknownError = (cause: unknown) =>
  new ApiError('BUSY', 'Whether there is such a turn cannot be found out just now. Try again.', {
    ...retryAfter,
    cause,
  })

/** Whoever told the event tells it again. */
export const notTakenInError = (cause: unknown) =>
  new ApiError('BUSY', 'It could not be taken in just now. Try again.', { ...retryAfter, cause })
