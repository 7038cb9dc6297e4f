import { ApiError } from '@emotibot/service-kit'

export const wrongLoginError = () =>
  new ApiError('UNAUTHENTICATED', 'The username or the password is not right.')

/** A 400, not a 401: the session that asks is still good. */
export const wrongPasswordError = () => new ApiError('BAD_REQUEST', 'The current password is not right.')

export const nameTakenError = () =>
  new ApiError('DUPLICATE_USER', 'This username or e-mail is taken. Sign in, or choose another.')

export const tooManyHashesError = () =>
  new ApiError('BUSY', 'Too many people are signing in just now. Try again in a moment.', {
    headers: { 'retry-after': '2' },
  })
