import { ApiError, type VerifyToken } from '@emotibot/service-kit'

/** Every route here is public. One that asks who calls must bring a way to find out. */
export const looksAtNoToken: VerifyToken = () =>
  Promise.reject(new ApiError('UNAUTHENTICATED', 'The ai service refuses nobody by their token.'))
