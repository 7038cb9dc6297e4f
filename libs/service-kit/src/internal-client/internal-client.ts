import type { Position } from '@emotibot/contracts'
import { InternalCallError } from './internal-call-error.ts'
import { internalHeaders } from './internal-headers.ts'
import { createMintedToken } from './minted-token.ts'
import { readJsonWithin } from './read-json-within.ts'

export type InternalClientOptions = {
  /** Of the facade's internal port; empty: nobody can be asked. */
  readonly url: string
  /** Who asks, as the service token says. */
  readonly name: string
  /** The secret all processes share. */
  readonly secret: string
  /** Longest answer read; 1 MiB unless said. */
  readonly bytesMax?: number
  readonly now?: () => number
}

export type InternalQuestion = {
  readonly method: string
  /** With its query, as the contract spells it: `/api/emotion/analyze`, `/internal/turns/…`. */
  readonly path: string
  readonly body?: unknown
  /** Whose user id this is done for; null for a guest. */
  readonly user: string | null
  /** The folded username, or a guest's visitor id: which side answers depends on nothing else. */
  readonly partition: string
  /** The user's own header, where the caller has one; a route that only signed-in people may ask needs it. */
  readonly authorization?: string | undefined
  /** What the answer must have seen, as a request's header or a write's result says it. */
  readonly position?: Position | string | undefined
  readonly requestId?: string | undefined
  /** From the call until the whole answer is read. */
  readonly deadlineMs: number
  /** The caller's own end: the question is dropped with it. */
  readonly signal?: AbortSignal | undefined
}

export type InternalAnswer = { readonly status: number; readonly body: unknown }

export type InternalClient = {
  /** Any answer at all, also a 404 or a 503. Throws InternalCallError when there was none that could be read in time. */
  ask(question: InternalQuestion): Promise<InternalAnswer>
}

const BYTES_MAX = 1_024 * 1_024

/** Asks other domains through the facade's internal port, so that only the ledger decides which side answers. */
export function createInternalClient(options: InternalClientOptions): InternalClient {
  const { url, name, secret, bytesMax = BYTES_MAX, now = Date.now } = options
  const token = createMintedToken({ secret, caller: name, now })
  const base = url.replace(/\/+$/, '')

  async function send(question: InternalQuestion): Promise<InternalAnswer> {
    const { method, path, body } = question
    const answer = await fetch(base + path, {
      method,
      headers: internalHeaders(question, await token()),
      redirect: 'error',
      signal: signalOf(question),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: await readJsonWithin(bytesMax, answer) }
  }

  return {
    async ask(question) {
      const { method, path } = question
      if (base === '') throw InternalCallError.ofNobody(method, path)
      return send(question).catch((cause: unknown) => {
        throw InternalCallError.of(`${method} ${base}${path}`, cause, question.deadlineMs)
      })
    },
  }
}

function signalOf({ deadlineMs, signal }: InternalQuestion): AbortSignal {
  const deadline = AbortSignal.timeout(deadlineMs)
  return signal ? AbortSignal.any([signal, deadline]) : deadline
}
