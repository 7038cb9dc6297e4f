import Type, { type Static } from 'typebox'

/**
 * Every error a client of the public contract can see. `error` is the legacy text, which old pages show;
 * `code` is what programs should read.
 */
export const ERRORS = {
  BAD_REQUEST: { status: 400, error: 'Bad request' },
  DUPLICATE_USER: { status: 400, error: 'User already exists' },
  UNAUTHENTICATED: { status: 401, error: 'Unauthorized' },
  FORBIDDEN_ORIGIN: { status: 403, error: 'Forbidden' },
  NOT_FOUND: { status: 404, error: 'Not found' },
  TOO_LARGE: { status: 413, error: 'Request too large' },
  IDEMPOTENCY_MISMATCH: { status: 422, error: 'Idempotency key reused' },
  RATE_LIMITED: { status: 429, error: 'Rate limit exceeded' },
  INTERNAL: { status: 500, error: 'Internal server error' },
  UPSTREAM_BAD: { status: 502, error: 'Bad gateway' },
  BUSY: { status: 503, error: 'Service unavailable' },
  TIMEOUT: { status: 504, error: 'Gateway timeout' },
} as const

export type ErrorCode = keyof typeof ERRORS

/** Errors between our own processes. The facade acts on them; no client ever sees one. */
export const INTERNAL_ERRORS = {
  /** The store does not own the partition now: nothing was executed, the other side has to be asked. */
  STALE_EPOCH: { status: 409, error: 'Stale epoch' },
  /** A login for a user whom the other side judges: nothing was executed. */
  MISDIRECTED: { status: 421, error: 'Misdirected request' },
} as const

export type InternalErrorCode = keyof typeof INTERNAL_ERRORS

/** The one shape of an error over HTTP, from every process. */
export const ErrorBody = Type.Object(
  {
    error: Type.String({ description: 'The legacy text.' }),
    code: Type.String({ description: 'What programs should read.' }),
    message: Type.String({ description: 'What happened, with which value, and what to do.' }),
    request_id: Type.String(),
  },
  { $id: 'ErrorBody', additionalProperties: false },
)
export type ErrorBody = Static<typeof ErrorBody>

/** Builds the one error shape. */
export function errorBody(
  code: ErrorCode | InternalErrorCode,
  message: string,
  requestId: string,
): ErrorBody {
  const { error } = { ...ERRORS, ...INTERNAL_ERRORS }[code]
  return { error, code, message, request_id: requestId }
}
