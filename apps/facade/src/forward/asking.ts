// Asks the sides for one request, by one snapshot at a time:
//
//   ask ─► its side ── an answer that counts ─────────────────────────────────────────► answered
//             ├─ refused, nothing executed ─► the other side ── refused as well ──────► askLater
//             ├─ behind (a read), or failed before a byte (a read or pure, where that is as good)
//             │     └─► the other side, once a request
//             ├─ behind, and nowhere else to go: nothing executed ────────────────────► askLater
//             └─ failed ──────────────────────────────────────────────────────────────► unanswered
//
// What a side may have executed is asked of no other.
import type { ServerResponse } from 'node:http'
import type { RouteDefinition, Side } from '@emotibot/contracts'
import { decide, EMPTY_SNAPSHOT, flagOf, type RouteFlag, type Snapshot } from '@emotibot/flags'
import type { Upstream } from '../upstreams/upstream.ts'
import type { Arrival } from './arrival.ts'
import { Attempt, type AttemptListener } from './attempt.ts'
import { BodyError } from './body-errors.ts'
import { chooseUpstream } from './choose-upstream.ts'
import type { ForwardContext } from './context.ts'
import { isRetiredFrom, mayFallBackTo, otherSide, type Routed } from './elsewhere.ts'
import { openBody, type RequestBody } from './request-body.ts'
import { requestHeaders } from './request-headers.ts'
import { StreamedBody } from './streamed-body.ts'
import {
  BEHIND,
  BUSY,
  faultOf,
  isUnreached,
  NOTHING_DONE,
  REFUSED_BY_BOTH,
  type UpstreamFault,
} from './upstream-error.ts'
import type { Answer, Verdict } from './verdict.ts'

/** What is asked, and who is told how it went. */
export type Question = {
  readonly arrival: Arrival
  readonly body: RequestBody
  readonly position: string | null
  readonly partition: string
  /** The client's answer begins; the attempt is to be passed on, held or dropped. */
  answered(attempt: Attempt, answer: Answer): void
  /** Nothing was executed, and soon it may be; `fault` is the answer when it is not. */
  askLater(fault: UpstreamFault): void
  unanswered(fault: UpstreamFault, error: Error | null): void
}

const UNROUTED: RouteFlag = flagOf(EMPTY_SNAPSHOT, '')

export class Asking implements AttemptListener, Routed {
  flag: RouteFlag = UNROUTED
  readonly route: RouteDefinition
  readonly #question: Question
  readonly #context: ForwardContext
  #attempt: Attempt | null = null
  /** The side that refused since the request was routed last. */
  #refusedBy: Side | null = null
  #wentElsewhere: 'behind' | 'failed' | null = null
  #isAnswered = false

  constructor(question: Question, context: ForwardContext) {
    this.#question = question
    this.#context = context
    this.route = question.arrival.route
  }

  get response(): ServerResponse {
    return this.#question.arrival.response
  }

  get hasPosition(): boolean {
    return this.#question.position !== null
  }

  get partition(): string {
    return this.#question.partition
  }

  /** The side that was asked last. */
  get side(): Side | 'none' {
    return this.#attempt?.upstream.side ?? 'none'
  }

  get hasFallenBack(): boolean {
    return this.#wentElsewhere === 'failed'
  }

  start(snapshot: Snapshot): void {
    this.flag = flagOf(snapshot, this.route.key)
    this.#refusedBy = null
    if (this.#wentElsewhere === 'behind') this.#wentElsewhere = null
    this.#ask(decide(this.route, snapshot, this).side)
  }

  /** The client left. */
  abandon(): void {
    this.#attempt?.abandon()
  }

  answerBegins(attempt: Attempt, answer: Answer, verdict: Verdict): void {
    const { side, name } = attempt.upstream
    if (verdict === 'refused') {
      this.#discard(attempt)
      this.#askTheOther(side)
    } else if (verdict === 'behind' && this.#mayReadElsewhere(side)) {
      this.#discard(attempt)
      this.#goElsewhere(side, 'behind')
    } else if (verdict === 'behind' && this.#canRepeat) {
      this.#discard(attempt)
      this.#question.askLater(BEHIND)
    } else if (verdict === 'failed' && this.#mayFallBack(side)) {
      this.#discard(attempt)
      this.#fallBack(side, name, `it answered ${answer.status}`)
    } else {
      this.#isAnswered = true
      this.#question.answered(attempt, answer)
    }
  }

  attemptFailed({ upstream: { side, name } }: Attempt, error: Error): void {
    const isOver = this.#isAnswered || this.response.destroyed || error instanceof BodyError
    if (!isOver && this.#mayFallBack(side)) this.#fallBack(side, name, error.message)
    else this.#fail(this.#isWrite && isUnreached(error) ? NOTHING_DONE : faultOf(error), error)
  }

  #ask(side: Side): void {
    const { upstream, fault } = chooseUpstream(side, this.route, this.#context.upstreams)
    if (upstream) this.#send(upstream)
    // A side that has too much to do is not helped by making the other one do it.
    else if (fault !== BUSY && this.#mayFallBack(side)) this.#fallBack(side, this.route.domain, fault.message)
    else this.#fail(fault)
  }

  #send(upstream: Upstream): void {
    const { arrival, body, position } = this.#question
    const { request } = arrival
    const breaker = upstream.side === 'service' ? upstream.breakerOf(this.route.key) : null
    const attempt = new Attempt(upstream, this, breaker)
    this.#attempt = attempt
    const headers = requestHeaders(request, arrival, position)
    const opened = openBody(body, headers)
    const headersTimeout = this.#mayFallBack(upstream.side) ? this.#context.fallbackAfterMs : null
    const { url: path = '/', method = 'GET' } = request
    upstream.pool.dispatch({ path, method, headers, body: opened, headersTimeout }, attempt)
  }

  /** Nothing was executed. Which side owns what this is about, the stores know better than the snapshot. */
  #askTheOther(side: Side): void {
    const other = otherSide(side)
    const isFirst = this.#refusedBy === null && this.#canRepeat && !isRetiredFrom(other, this.flag)
    this.#refusedBy = side
    const { upstream } = isFirst ? chooseUpstream(other, this.route, this.#context.upstreams) : {}
    if (upstream) this.#send(upstream)
    else if (this.#canRepeat) this.#question.askLater(REFUSED_BY_BOTH)
    else this.#fail(BUSY)
  }

  #mayReadElsewhere(from: Side): boolean {
    const isRead = this.route.effect === 'read' && this.#wentElsewhere === null
    return isRead && !isRetiredFrom(otherSide(from), this.flag)
  }

  #mayFallBack(from: Side): boolean {
    if (this.#wentElsewhere !== null || !this.#canRepeat) return false
    return mayFallBackTo(otherSide(from), this, this.#context.lagOf)
  }

  get #isWrite(): boolean {
    return this.route.effect === 'write' || this.route.effect === 'command'
  }

  get #canRepeat(): boolean {
    const { body } = this.#question
    return !(body instanceof StreamedBody) || body.isRepeatable
  }

  #fallBack(from: Side, upstream: string, reason: string): void {
    const { requestId } = this.#question.arrival
    this.#context.events.fellBack({ route: this.route.key, requestId, upstream, reason })
    this.#goElsewhere(from, 'failed')
  }

  #goElsewhere(from: Side, why: 'behind' | 'failed'): void {
    this.#wentElsewhere = why
    this.#ask(otherSide(from))
  }

  #discard(attempt: Attempt): void {
    if (this.#question.body instanceof StreamedBody) attempt.cutOff()
    else attempt.drop()
  }

  #fail(fault: UpstreamFault, error: Error | null = null): void {
    // Who waits for what it wrote is told so, also when the side that has it is away.
    this.#question.unanswered(this.#wentElsewhere === 'behind' ? BEHIND : fault, error)
  }
}
