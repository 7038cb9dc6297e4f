import type { ErrorCode } from '@emotibot/contracts'

/** What went wrong between here and an upstream, as a client may see it. */
export type UpstreamFault = { readonly code: ErrorCode; readonly message: string }

const TIMEOUTS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT'])
const UNUSABLE_REQUEST = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
])
const CLOSING = new Set(['UND_ERR_CLOSED', 'UND_ERR_DESTROYED'])

/** Never says an address: whoever reads the answer has no business with it. */
export function faultOf(error: Error & { code?: string }): UpstreamFault {
  const code = error.code ?? ''
  if (TIMEOUTS.has(code))
    return {
      code: 'TIMEOUT',
      message: 'The part of EmotiBot that answers this did not answer in time. Try again.',
    }
  if (UNUSABLE_REQUEST.has(code))
    return { code: 'BAD_REQUEST', message: 'The request has a header or a length that cannot be passed on.' }
  if (CLOSING.has(code)) return BUSY
  return {
    code: 'UPSTREAM_BAD',
    message: 'The part of EmotiBot that answers this cannot be reached. Try again.',
  }
}

/** There was no connection, so nothing of the request was read. */
export const isUnreached = ({ code }: Error & { code?: string }): boolean => code === 'ECONNREFUSED'

export const NOTHING_DONE: UpstreamFault = {
  code: 'BUSY',
  message: 'The part of EmotiBot that does this is away just now, and nothing was done. Try again shortly.',
}

export const BUSY: UpstreamFault = {
  code: 'BUSY',
  message: 'The part of EmotiBot that answers this has too much to do. Try again shortly.',
}

export const NOT_READY: UpstreamFault = {
  code: 'BUSY',
  message: 'EmotiBot is starting and does not know yet who answers this. Try again shortly.',
}

export const NO_SERVICE: UpstreamFault = {
  code: 'UPSTREAM_BAD',
  message: 'The part of EmotiBot that answers this is not set up here.',
}

export const BREAKER_OPEN: UpstreamFault = {
  code: 'BUSY',
  message: 'The part of EmotiBot that answers this has just failed several times. Try again shortly.',
}

/** In the words of both sides, for nobody should see who refused. */
export const SESSION_OVER: UpstreamFault = {
  code: 'UNAUTHENTICATED',
  message: 'This token is not good, or not any more. Sign in again.',
}

export const FLIP_TAKES_LONG: UpstreamFault = {
  code: 'BUSY',
  message:
    'What this is about is being moved, which takes longer than usual. Nothing was done. Try again shortly.',
}

export const REFUSED_BY_BOTH: UpstreamFault = {
  code: 'BUSY',
  message: 'What this is about is being moved just now, and nothing was done. Try again shortly.',
}

export const BEHIND: UpstreamFault = {
  code: 'BUSY',
  message: 'What you did last has not arrived everywhere yet. Try again shortly.',
}

export const UNJUDGED: UpstreamFault = {
  code: 'BUSY',
  message: 'Whether this session goes on cannot be known just now. Try again shortly.',
}

export const UNCONFIRMED: UpstreamFault = {
  code: 'BUSY',
  message: 'It was done, but not every door knows yet which sessions ended. Try again shortly.',
}
