// One request, from the client to a side and back.
//
//   body taken → decide → attempt ──────────────► answer begins → … → closed, recorded
//                            │ failed before a byte was answered
//                            ├─ pure route, service, not retired → attempt on the monolith (once)
//                            └─ else → 502, 503 or 504
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { ErrorCode, RouteDefinition } from '@emotibot/contracts'
import { decide, flagOf, type Subject } from '@emotibot/flags'
import type { Client } from '../identity/client-address.ts'
import { Requester } from '../identity/requester.ts'
import type { Upstream } from '../upstreams/upstream.ts'
import { answerError } from './answer-error.ts'
import { answerHeaders } from './answer-headers.ts'
import { Attempt, type AttemptListener } from './attempt.ts'
import { BodyError } from './body-errors.ts'
import { chooseUpstream } from './choose-upstream.ts'
import type { ForwardContext } from './context.ts'
import { dropRest, openBody, type RequestBody, takeBody } from './request-body.ts'
import { requestHeaders } from './request-headers.ts'
import { StreamedBody } from './streamed-body.ts'
import { BUSY, faultOf, NOT_READY, type UpstreamFault } from './upstream-error.ts'

/** A request that came in at the door, and what was found out about it there. */
export type Arrival = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly route: RouteDefinition
  readonly client: Client
  readonly requestId: string
  /** Headers of ours for the answer: name, value, name, value. */
  readonly headers: readonly string[]
}

export class Exchange implements AttemptListener, Subject {
  readonly response: ServerResponse
  readonly #arrival: Arrival
  readonly #context: ForwardContext
  readonly #requester: Requester
  readonly #startedAtMs = performance.now()
  #body: RequestBody = null
  #attempt: Attempt | null = null
  #isRetired = false
  #isFallback = false
  #hasFailed = false

  constructor(arrival: Arrival, context: ForwardContext) {
    this.#arrival = arrival
    this.#context = context
    this.#requester = new Requester(arrival.request)
    this.response = arrival.response
  }

  start(): void {
    const { request, route } = this.#arrival
    this.response.once('close', () => this.#closed())
    takeBody(request, route.bodyLimitBytes, (error, body) => {
      this.#body = body
      if (error) this.#refuse('TOO_LARGE', error.message)
      else if (!this.response.destroyed) this.#route()
    })
  }

  get partition(): string {
    return this.#requester.partitionOn(this.#arrival.route, Buffer.isBuffer(this.#body) ? this.#body : null)
  }

  get canFallBack(): boolean {
    if (this.#isFallback || this.#isRetired || this.#arrival.route.effect !== 'pure') return false
    if (this.#attempt?.upstream.side === 'monolith') return false
    return !(this.#body instanceof StreamedBody) || this.#body.isRepeatable
  }

  answerBegins(status: number, headers: IncomingHttpHeaders): void {
    if (this.#body instanceof StreamedBody) this.#body.forget()
    this.response.writeHead(status, answerHeaders(headers, this.#ownHeaders()))
    if (headers['content-length'] === undefined) setImmediate(flushHead, this.response)
  }

  attemptFailed(attempt: Attempt, error: Error): void {
    if (error instanceof BodyError) this.#refuse('TOO_LARGE', error.message)
    else if (!this.response.destroyed) this.#fallBackOrFail(attempt.upstream.name, faultOf(error), error)
  }

  #route(): void {
    const { route } = this.#arrival
    const snapshot = this.#context.snapshot()
    if (snapshot === null) {
      this.#fail(NOT_READY)
      return
    }
    this.#isRetired = flagOf(snapshot, route.key).stage === 'retired'
    const { side } = decide(route, snapshot, this)
    const { upstream, fault } = chooseUpstream(side, route, this.#context.upstreams)
    if (upstream) this.#send(upstream)
    else this.#fallBackOrFail(route.domain, fault)
  }

  #send(upstream: Upstream): void {
    if (upstream.isFull) {
      this.#fail(BUSY)
      return
    }
    const { request, route, client, requestId } = this.#arrival
    const breaker = upstream.side === 'service' ? upstream.breakerOf(route.key) : null
    const attempt = new Attempt(upstream, this, breaker)
    this.#attempt = attempt
    const headers = requestHeaders(request, { ...client, requestId })
    const body = openBody(this.#body, headers)
    const headersTimeout = this.canFallBack ? this.#context.fallbackAfterMs : null
    const { url: path = '/', method = 'GET' } = request
    upstream.pool.dispatch({ path, method, headers, body, headersTimeout }, attempt)
  }

  #fallBackOrFail(upstream: string, fault: UpstreamFault, error?: Error): void {
    if (!this.canFallBack) {
      this.#fail(fault, error)
      return
    }
    const { route, requestId } = this.#arrival
    const reason = error?.message ?? fault.message
    this.#context.events.fellBack({ route: route.key, requestId, upstream, reason })
    this.#isFallback = true
    this.#send(this.#context.upstreams.monolith)
  }

  #fail({ code, message }: UpstreamFault, error?: Error): void {
    const { route, requestId } = this.#arrival
    this.#hasFailed = true
    this.#context.events.failed({ route: route.key, requestId, code, error: error ?? null })
    this.#refuse(code, message)
  }

  #refuse(code: ErrorCode, message: string): void {
    if (this.response.destroyed) return
    const { request, requestId } = this.#arrival
    const headers = code === 'BUSY' ? [...this.#ownHeaders(), 'retry-after', '1'] : this.#ownHeaders()
    answerError(this.response, { code, message, requestId, headers })
    dropRest(request)
  }

  #ownHeaders(): readonly string[] {
    const { headers, client, requestId } = this.#arrival
    const cookie = this.#requester.newCookie(client.protocol === 'https')
    return ['x-request-id', requestId, ...(cookie === null ? [] : ['set-cookie', cookie]), ...headers]
  }

  /** Told once: the client has its whole answer, or is gone. */
  #closed(): void {
    const isComplete = this.response.writableFinished
    if (!isComplete) this.#attempt?.abandon()
    if (this.#body instanceof StreamedBody) this.#body.forget()
    const { route, requestId } = this.#arrival
    this.#context.events.answered({
      route: route.key,
      side: this.#attempt?.upstream.side ?? 'none',
      status: this.response.headersSent ? this.response.statusCode : 0,
      isComplete,
      isFallback: this.#isFallback,
      hasFailed: this.#hasFailed,
      ms: performance.now() - this.#startedAtMs,
      requestId,
    })
  }
}

/** Lets the client see the head of an answer whose body is still to come, as an event stream's is. */
function flushHead(response: ServerResponse): void {
  if (!response.writableEnded && !response.destroyed) response.flushHeaders()
}
