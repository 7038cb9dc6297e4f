// One request, from the client to a side and back.
//
//   arrived ─ its session goes on ─► body taken ─► ROUTING ◄─────────── a new snapshot, or long enough ──────────┐
//                                                   ├─ its data is being moved ─► WAITING (waiting-room.ts) ────┤
//                                                   └─► ASKING (asking.ts) ── nothing executed ──► PAUSING ────┘
//                                                          │
//                                                          ▼ an answer that counts
//                                                       SETTLING ─► ANSWERING ─► over, recorded
//                                                       (settle.ts: what ended sessions or an account)
//
// From anywhere: the client leaves, which stops whatever is under way, or an error of ours ends it. No byte of an answer
// reaches the client before that answer is known to be the one.
import { Requester } from '../identity/requester.ts'
import { standingOf } from '../identity/standing.ts'
import { positionOf } from '../positions/positions.ts'
import type { PausedRequest } from '../waiting/pauses.ts'
import type { WaitingRequest } from '../waiting/seats.ts'
import type { Arrival } from './arrival.ts'
import { Asking, type Question } from './asking.ts'
import type { Attempt } from './attempt.ts'
import { BodyError } from './body-errors.ts'
import type { ForwardContext } from './context.ts'
import { Patience } from './patience.ts'
import { Reply } from './reply.ts'
import { type RequestBody, takeBody } from './request-body.ts'
import { mustSettle, settle } from './settle.ts'
import { StreamedBody } from './streamed-body.ts'
import {
  FLIP_TAKES_LONG,
  NOT_READY,
  SESSION_OVER,
  UNCONFIRMED,
  UNJUDGED,
  type UpstreamFault,
} from './upstream-error.ts'
import type { Answer } from './verdict.ts'

export class Exchange implements Question, WaitingRequest, PausedRequest {
  readonly arrival: Arrival
  readonly position: string | null
  body: RequestBody = null
  readonly #context: ForwardContext
  readonly #requester: Requester
  readonly #reply: Reply
  readonly #asking: Asking
  readonly #patience = new Patience()
  #partition: string | null = null
  #hasWaited = false
  #isLetGo = false
  #hasFailed = false

  constructor(arrival: Arrival, context: ForwardContext) {
    this.arrival = arrival
    this.#context = context
    this.#requester = new Requester(arrival.request, arrival.onBehalfOf)
    this.position = positionOf(arrival.request.headers)
    this.#reply = new Reply(arrival, this.#requester, this.position)
    this.#asking = new Asking(this, context)
  }

  get routeKey(): string {
    return this.arrival.route.key
  }

  get partition(): string {
    const body = Buffer.isBuffer(this.body) ? this.body : null
    this.#partition ??= this.#requester.partitionOn(this.arrival.route, body)
    return this.#partition
  }

  get sizeBytes(): number {
    return Buffer.isBuffer(this.body) ? this.body.length : 0
  }

  start(): void {
    this.arrival.response.once('close', () => this.#closed())
    const standing = this.#standing
    if (standing === 'live') this.#takeBody()
    else if (standing === 'revoked') this.#reply.refuse(SESSION_OVER)
    else this.#judge()
  }

  /** Its turn has come. */
  goOn(): void {
    this.#isLetGo = true
    this.#patience.renew()
    this.#ask()
  }

  giveUp(): void {
    this.#fail(FLIP_TAKES_LONG)
  }

  wake(): void {
    this.#route()
  }

  answered(attempt: Attempt, answer: Answer): void {
    if (mustSettle(this.arrival.route, answer)) this.#settle(attempt, answer)
    else this.#pass(attempt, answer)
  }

  askLater(fault: UpstreamFault): void {
    this.#hasWaited = true
    const pauseMs = this.#patience.nextPauseMs()
    const isPausing = pauseMs !== null && this.#context.waiting.pauses.start(this, pauseMs)
    if (!isPausing) this.#fail(fault)
  }

  unanswered(fault: UpstreamFault, error: Error | null): void {
    if (error instanceof BodyError) this.#reply.refuse({ code: 'TOO_LARGE', message: error.message })
    else if (!this.#reply.isOver) this.#fail(fault, error)
  }

  get #standing() {
    return standingOf(this.#requester, this.arrival.route, this.#context.revocations)
  }

  #judge(): void {
    this.#context.revocations.check(this.#requester.token ?? '').then(
      (standing) =>
        this.#safely(() => {
          if (standing === 'live') this.#takeBody()
          else this.#reply.refuse(SESSION_OVER)
        }),
      (error: Error) => this.#safely(() => this.#fail(UNJUDGED, error)),
    )
  }

  #takeBody(): void {
    const { request, response, route } = this.arrival
    if (response.destroyed) return
    takeBody(request, route.bodyLimitBytes, (error, body) => {
      this.body = body
      if (error) this.#reply.refuse({ code: 'TOO_LARGE', message: error.message })
      else if (!response.destroyed) this.#route()
    })
  }

  #route(): void {
    const { room } = this.#context.waiting
    const entry = room.isOpen ? room.enter(this) : 'free'
    if (entry === 'free') this.#ask()
    else if (entry === 'seated') this.#hasWaited = true
    else this.#fail(FLIP_TAKES_LONG)
  }

  /** Its session may have ended while its body came, or while it waited. */
  #ask(): void {
    const snapshot = this.#context.snapshot()
    if (this.#standing === 'revoked') this.#reply.refuse(SESSION_OVER)
    else if (snapshot === null) this.#fail(NOT_READY)
    else this.#asking.start(snapshot)
  }

  #settle(attempt: Attempt, answer: Answer): void {
    const { upstreams, revocations } = this.#context
    attempt.hold()
    settle(this.arrival.route, answer, { answeredBy: attempt.upstream, upstreams, revocations }).then(
      () => this.#safely(() => this.#pass(attempt, answer)),
      (error: Error) =>
        this.#safely(() => {
          attempt.drop()
          this.#fail(UNCONFIRMED, error, answer)
        }),
    )
  }

  #pass(attempt: Attempt, answer: Answer): void {
    if (this.body instanceof StreamedBody) this.body.forget()
    if (this.#reply.isOver) return
    this.#reply.begin(answer)
    attempt.pass()
  }

  #fail(fault: UpstreamFault, error: Error | null = null, executed: Answer | null = null): void {
    this.#hasFailed = true
    const { requestId } = this.arrival
    this.#context.events.failed({ route: this.routeKey, requestId, code: fault.code, error })
    this.#reply.refuse(fault, executed)
  }

  /** Where nobody above would catch it, what is thrown costs this request and no other. */
  #safely(step: () => void): void {
    try {
      step()
    } catch (error) {
      this.#hasFailed = true
      const failed = { route: this.routeKey, requestId: this.arrival.requestId, error: error as Error }
      this.#context.events.failed({ ...failed, code: 'INTERNAL' })
      this.arrival.response.destroy()
    }
  }

  /** Told once: the client has its whole answer, or is gone. */
  #closed(): void {
    const { response, requestId } = this.arrival
    const isComplete = response.writableFinished
    if (!isComplete) this.#asking.abandon()
    if (this.body instanceof StreamedBody) this.body.forget()
    if (this.#hasWaited) this.#leaveWaiting()
    this.#context.events.answered({
      route: this.routeKey,
      side: this.#asking.side,
      status: response.headersSent ? response.statusCode : 0,
      isComplete,
      isFallback: this.#asking.hasFallenBack,
      hasFailed: this.#hasFailed,
      ms: this.#patience.elapsedMs,
      requestId,
    })
  }

  #leaveWaiting(): void {
    const { room, pauses } = this.#context.waiting
    room.leave(this)
    pauses.stop(this)
    if (this.#isLetGo) room.finished()
  }
}
