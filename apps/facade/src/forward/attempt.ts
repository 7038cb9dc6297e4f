import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { Dispatcher } from 'undici'
import type { Breaker } from '../upstreams/breaker.ts'
import type { Upstream } from '../upstreams/upstream.ts'
import { BodyError } from './body-errors.ts'

/** What an attempt tells the exchange it belongs to. */
export type AttemptListener = {
  readonly response: ServerResponse
  /** Whether another side can be asked, so that a bad answer may be thrown away. */
  readonly canFallBack: boolean
  /** The side began to answer, and this answer is the one. */
  answerBegins(status: number, headers: IncomingHttpHeaders): void
  /** Nothing was answered. */
  attemptFailed(attempt: Attempt, error: Error): void
}

class BadAnswerError extends Error {
  constructor(status: number) {
    super(`The upstream answered ${status}.`)
    this.name = 'BadAnswerError'
  }
}

const ABANDONED = new Error('The client left.')

/**
 * One request to one upstream; undici calls it as the answer comes in.
 *
 *   sent ──headers──► answering ──end──► done
 *    │                    └──error──► the client's connection is cut: half an answer must not look whole
 *    └──error, or 5xx where another side can be asked──► failed
 */
export class Attempt implements Dispatcher.DispatchHandler {
  readonly upstream: Upstream
  readonly #listener: AttemptListener
  readonly #breaker: Breaker | null
  #controller: Dispatcher.DispatchController | null = null
  #state: 'sent' | 'answering' | 'over' = 'sent'

  constructor(upstream: Upstream, listener: AttemptListener, breaker: Breaker | null) {
    this.upstream = upstream
    this.#listener = listener
    this.#breaker = breaker
    upstream.inFlight += 1
  }

  /** The client left: stops whatever is under way. */
  abandon(): void {
    if (this.#state === 'over') return
    if (this.#state === 'sent') this.#breaker?.gaveUp()
    this.#finish()
    this.#controller?.abort(ABANDONED)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#state === 'over') controller.abort(ABANDONED)
  }

  onResponseStart(_controller: unknown, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200 || this.#state !== 'sent') return
    if (status >= 500 && this.#listener.canFallBack) {
      this.#fail(new BadAnswerError(status))
      return
    }
    if (status < 500) this.#breaker?.succeeded()
    else this.#breaker?.failed()
    this.#state = 'answering'
    this.#listener.answerBegins(status, headers)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#state !== 'answering' || this.#listener.response.write(chunk)) return
    controller.pause()
    this.#listener.response.once('drain', () => controller.resume())
  }

  onResponseEnd(): void {
    if (this.#state !== 'answering') return
    this.#finish()
    this.#listener.response.end()
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#state === 'over') return
    if (!this.#listener.response.headersSent) {
      this.#fail(error)
      return
    }
    this.#finish()
    this.#listener.response.destroy(error)
  }

  #fail(error: Error): void {
    if (error instanceof BodyError) this.#breaker?.gaveUp()
    else this.#breaker?.failed()
    this.#finish()
    this.#controller?.abort(error)
    this.#listener.attemptFailed(this, error)
  }

  #finish(): void {
    this.#state = 'over'
    this.upstream.inFlight -= 1
  }
}
