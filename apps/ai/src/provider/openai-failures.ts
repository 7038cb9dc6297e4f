import { ProviderFailure } from './provider.ts'
import { readRetryAfter } from './retry-after.ts'

/** Of a connection that was never there: nothing was sent. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Without a `Retry-After`, a 429 asks for this much. */
const LIMITED_REST_MS = 1_000

/** What the library threw, in the port's words. No message quotes the endpoint: it may quote the person's text. */
export function toFailure(cause: unknown, signal: AbortSignal): ProviderFailure {
  if (cause instanceof ProviderFailure) return cause
  if (signal.aborted) return new ProviderFailure('slow', 'The endpoint took too long.', { cause })
  const status = statusOf(cause)
  if (status !== null) return statusFailure(status, cause)
  const code = codeOf(cause)
  if (code === null) return new ProviderFailure('broken', 'The answer could not be read.', { cause })
  const wasNotExecuted = NEVER_SENT.has(code)
  return new ProviderFailure('unreachable', `The connection failed: ${code}.`, { cause, wasNotExecuted })
}

function statusFailure(status: number, cause: unknown): ProviderFailure {
  const said = `The endpoint answered ${status}.`
  const retryAfterMs = readRetryAfter(headerOf(cause, 'retry-after'), Date.now())
  if (status === 429) {
    const restMs = retryAfterMs ?? LIMITED_REST_MS
    return new ProviderFailure('limited', said, { cause, wasNotExecuted: true, retryAfterMs: restMs })
  }
  if (status === 503)
    return new ProviderFailure('broken', said, { cause, wasNotExecuted: true, retryAfterMs })
  if (status >= 500 || status === 408) return new ProviderFailure('broken', said, { cause, retryAfterMs })
  const isAboutTheText = status === 400 || status === 413 || status === 422
  return new ProviderFailure(isAboutTheText ? 'refused' : 'misconfigured', said, {
    cause,
    wasNotExecuted: true,
  })
}

type Thrown = { status?: unknown; headers?: unknown; code?: unknown; cause?: unknown }
const partsOf = (thrown: unknown): Thrown => (thrown instanceof Error ? thrown : {})

function statusOf(thrown: unknown): number | null {
  const { status } = partsOf(thrown)
  return typeof status === 'number' ? status : null
}

function headerOf(thrown: unknown, name: string): string | null {
  const { headers } = partsOf(thrown)
  return headers instanceof Headers ? headers.get(name) : null
}

/** The code of the socket's error, as deep as `fetch` and the library have wrapped it. */
function codeOf(thrown: unknown, depth = 0): string | null {
  if (depth > 5 || !(thrown instanceof Error)) return null
  const { code, cause } = partsOf(thrown)
  return typeof code === 'string' && /^(E|UND_ERR_)/.test(code) ? code : codeOf(cause, depth + 1)
}
