import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { Dispatcher } from 'undici'
import type { Breaker } from '../upstreams/breaker.ts'
import type { Upstream } from '../upstreams/upstream.ts'
import { BodyError } from './body-errors.ts'
import { type Answer, type Verdict, verdictOf } from './verdict.ts'

/** What an attempt tells the exchange it belongs to. */
export type AttemptListener = {
  readonly response: ServerResponse
  /** The side began to answer: now the attempt is to be passed on, held or dropped. */
  answerBegins(attempt: Attempt, answer: Answer, verdict: Verdict): void
  /** Nothing was answered, or what was held broke off. */
  attemptFailed(attempt: Attempt, error: Error): void
}

const ABANDONED = new Error('The answer is of no use any more.')
/** More than any refusal has to say; an answer that goes on is cut off. */
const DROPPED_LIMIT_BYTES = 64 * 1_024

/**
 * One request to one upstream; undici calls it as the answer comes in.
 *
 *   sent ──headers──► begun ──pass──► passing ──end──► over
 *    │                  │                └──error──► the client's connection is cut: half an answer must not look whole
 *    │                  ├──hold──► held ──pass──► passing, with what came in the meantime
 *    │                  └──drop──► dropped: read to its end, which keeps the connection, and thrown away
 *    └──error──► failed, as does what breaks off while it is held
 */
export class Attempt implements Dispatcher.DispatchHandler {
  readonly upstream: Upstream
  readonly #listener: AttemptListener
  readonly #breaker: Breaker | null
  #controller: Dispatcher.DispatchController | null = null
  #state: 'sent' | 'held' | 'passing' | 'dropped' | 'over' = 'sent'
  #heldBack: { readonly chunks: Buffer[]; hasEnded: boolean } | null = null
  #droppedBytes = 0

  constructor(upstream: Upstream, listener: AttemptListener, breaker: Breaker | null) {
    this.upstream = upstream
    this.#listener = listener
    this.#breaker = breaker
    upstream.inFlight += 1
  }

  /** The client left: stops whatever is under way. */
  abandon(): void {
    if (this.#state === 'over' || this.#state === 'dropped') return
    if (this.#state === 'sent') this.#breaker?.gaveUp()
    this.cutOff()
  }

  /** From now on the answer is the client's, whose head was written. */
  pass(): void {
    if (this.#state === 'over') return
    const { chunks = [], hasEnded = false } = this.#heldBack ?? {}
    const wasHeld = this.#state === 'held'
    this.#state = 'passing'
    for (const chunk of chunks) this.#listener.response.write(chunk)
    if (hasEnded) this.onResponseEnd()
    else if (wasHeld) this.#controller?.resume()
  }

  /** The answer waits, until `pass` or `drop`. */
  hold(): void {
    this.#state = 'held'
    this.#heldBack = { chunks: [], hasEnded: false }
    this.#controller?.pause()
  }

  /** The answer is nobody's. */
  drop(): void {
    if (this.#state === 'over') return
    if (this.#heldBack?.hasEnded) {
      this.#finish()
      return
    }
    this.#state = 'dropped'
    this.#controller?.resume()
  }

  /** The answer is nobody's, and the request may still be on its way there. */
  cutOff(): void {
    if (this.#state === 'over') return
    this.#finish()
    this.#controller?.abort(ABANDONED)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#state === 'over') controller.abort(ABANDONED)
  }

  onResponseStart(_controller: unknown, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200 || this.#state !== 'sent') return
    const answer = { status, headers }
    const verdict = verdictOf(answer)
    if (verdict === 'failed') this.#breaker?.failed()
    else this.#breaker?.succeeded()
    this.#listener.answerBegins(this, answer, verdict)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#state === 'passing') {
      if (this.#listener.response.write(chunk)) return
      controller.pause()
      this.#listener.response.once('drain', () => controller.resume())
    } else if (this.#state === 'held') this.#heldBack?.chunks.push(chunk)
    else if (this.#state === 'dropped') {
      this.#droppedBytes += chunk.length
      if (this.#droppedBytes > DROPPED_LIMIT_BYTES) this.cutOff()
    }
  }

  onResponseEnd(): void {
    if (this.#state === 'over') return
    if (this.#state === 'held' && this.#heldBack) {
      this.#heldBack.hasEnded = true
      return
    }
    const isPassing = this.#state === 'passing'
    this.#finish()
    if (isPassing) this.#listener.response.end()
  }

  onResponseError(_controller: unknown, error: Error): void {
    const before = this.#state
    if (before === 'over') return
    if (before === 'sent') {
      if (error instanceof BodyError) this.#breaker?.gaveUp()
      else this.#breaker?.failed()
    }
    this.#finish()
    if (before === 'passing') this.#listener.response.destroy(error)
    else if (before !== 'dropped') this.#listener.attemptFailed(this, error)
  }

  #finish(): void {
    this.#state = 'over'
    this.upstream.inFlight -= 1
  }
}
