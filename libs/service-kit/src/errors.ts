import {
  type Authority,
  ERRORS,
  type ErrorBody,
  type ErrorCode,
  errorBody,
  INTERNAL_ERRORS,
  INTERNAL_HEADERS,
  type RefusedBecause,
  type StaleEpochBody,
} from '@emotibot/contracts'

/** An error a client may see. Thrown anywhere below a handler; the one error handler gives it its shape. */
export class ApiError extends Error {
  readonly code: ErrorCode
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: ErrorCode,
    message: string,
    options: ErrorOptions & { headers?: Record<string, string> } = {},
  ) {
    super(message, options)
    this.name = 'ApiError'
    this.code = code
    this.headers = options.headers ?? {}
  }

  get status(): number {
    return ERRORS[this.code].status
  }
}

/** What a store's refusal of a stale writer becomes between processes; the facade asks the other side. */
export class StaleEpochAnswer extends Error {
  readonly authority: Authority

  constructor(authority: Authority, cause: Error) {
    super(cause.message, { cause })
    this.name = 'StaleEpochAnswer'
    this.authority = authority
  }
}

/** A login whose user is the other side's to judge: nothing was executed, and the facade asks there. */
export class MisdirectedAnswer extends Error {
  constructor(options?: ErrorOptions) {
    super('The other side judges who may sign in here. Ask it.', options)
    this.name = 'MisdirectedAnswer'
  }
}

/** The store here has not taken in what the request's client has seen: nothing was executed, the other side may have. */
export function behindError(): ApiError {
  return new ApiError('BUSY', 'What you wrote last has not arrived here yet. Try again in a moment.', {
    headers: { 'retry-after': '1', ...refusedBecause('behind') },
  })
}

const refusedBecause = (reason: RefusedBecause) => ({ [INTERNAL_HEADERS.refused]: reason })

type ServerFault = {
  statusCode?: number
  code?: string
  message: string
  validation?: { instancePath?: string }[]
}

/** Status of a fault found by the server before any handler → the contract's code for it. */
function codeOf(fault: ServerFault): ErrorCode {
  if (fault.validation) return 'BAD_REQUEST'
  const status = fault.statusCode ?? 500
  if (status === 413) return 'TOO_LARGE'
  if (status === 404) return 'NOT_FOUND'
  if (status === 408) return 'TIMEOUT'
  if (status === 503) return 'BUSY'
  return status >= 400 && status < 500 ? 'BAD_REQUEST' : 'INTERNAL'
}

/** Any thrown thing as the one error shape. What is nobody's fault but ours says nothing of its inside. */
export function toErrorAnswer(
  thrown: unknown,
  requestId: string,
): { status: number; body: ErrorBody | StaleEpochBody; headers: Readonly<Record<string, string>> } {
  if (thrown instanceof StaleEpochAnswer) {
    const body = errorBody('STALE_EPOCH', thrown.message, requestId)
    const { status } = INTERNAL_ERRORS.STALE_EPOCH
    return { status, body: { ...body, authority: thrown.authority }, headers: refusedBecause('stale-epoch') }
  }
  if (thrown instanceof MisdirectedAnswer) {
    const { status } = INTERNAL_ERRORS.MISDIRECTED
    const body = errorBody('MISDIRECTED', thrown.message, requestId)
    return { status, body, headers: refusedBecause('misdirected') }
  }
  if (thrown instanceof ApiError) {
    return {
      status: thrown.status,
      body: errorBody(thrown.code, thrown.message, requestId),
      headers: thrown.headers,
    }
  }
  const fault: ServerFault = thrown instanceof Error ? thrown : { message: String(thrown) }
  const code = codeOf(fault)
  const message =
    code === 'INTERNAL'
      ? 'Something went wrong on our side. Try again; if it stays, quote the request id.'
      : fault.message
  return { status: ERRORS[code].status, body: errorBody(code, message, requestId), headers: {} }
}
