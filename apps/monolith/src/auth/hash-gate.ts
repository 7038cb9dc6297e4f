import { ApiError, createGate, type Gate } from '@emotibot/service-kit'

/** One less than libuv's four threads, so that files and names are still read while everybody signs in. */
const AT_ONCE = 3
const WAITING_MAX = 100

/** Hashing is slow by design: who finds no place is answered 503 rather than kept waiting for long. */
export function createHashGate(): Gate {
  const refuse = () =>
    new ApiError('BUSY', 'Too many people are signing in just now. Try again in a moment.', {
      headers: { 'retry-after': '2' },
    })
  return createGate({ atOnce: AT_ONCE, waitingMax: WAITING_MAX, refuse })
}
