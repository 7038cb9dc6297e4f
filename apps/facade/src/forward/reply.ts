import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { POSITION_HEADER, SESSION_COOKIE } from '@emotibot/contracts'
import type { Requester } from '../identity/requester.ts'
import { positionHeaders } from '../positions/positions.ts'
import { answerError } from './answer-error.ts'
import { answerHeaders } from './answer-headers.ts'
import type { Arrival } from './arrival.ts'
import { dropRest } from './request-body.ts'
import type { UpstreamFault } from './upstream-error.ts'
import type { Answer } from './verdict.ts'

const NOTHING: readonly string[] = []

/** What the client gets: the head of a side's answer with our headers on it, or an error of ours. */
export class Reply {
  readonly #arrival: Arrival
  readonly #requester: Requester
  /** What the request said it has seen. */
  readonly #position: string | null

  constructor(arrival: Arrival, requester: Requester, position: string | null) {
    this.#arrival = arrival
    this.#requester = requester
    this.#position = position
  }

  /** Whether an answer has begun, or nobody is there for one. */
  get isOver(): boolean {
    const { response } = this.#arrival
    return response.headersSent || response.destroyed
  }

  begin({ status, headers }: Answer): void {
    const { response } = this.#arrival
    response.writeHead(status, answerHeaders(headers, this.#ownHeaders(headers)))
    if (headers['content-length'] === undefined) setImmediate(flushHead, response)
  }

  /** `executed`: the answer of a side whose work was done and is not passed on; what it changed in the client stays changed. */
  refuse({ code, message }: UpstreamFault, executed: Answer | null = null): void {
    if (this.isOver) return
    const { request, response, requestId } = this.#arrival
    const headers = [...this.#ownHeaders(executed?.headers), ...clearedSession(executed)]
    if (code === 'BUSY') headers.push('retry-after', '1')
    answerError(response, { code, message, requestId, headers })
    dropRest(request)
  }

  #ownHeaders(fromSide: IncomingHttpHeaders = {}): readonly string[] {
    const { headers, client, requestId } = this.#arrival
    const cookie = this.#requester.newCookie(client.protocol === 'https')
    const visitor = cookie === null ? NOTHING : ['set-cookie', cookie]
    return ['x-request-id', requestId, ...visitor, ...this.#positionHeaders(fromSide), ...headers]
  }

  #positionHeaders(fromSide: IncomingHttpHeaders): readonly string[] {
    const reached = fromSide[POSITION_HEADER]
    if (reached === undefined) return NOTHING
    const { request, client } = this.#arrival
    const isSecure = client.protocol === 'https'
    const hasBearer = request.headers.authorization !== undefined
    return positionHeaders(String(reached), { position: this.#position, isSecure, hasBearer })
  }
}

/** Lets the client see the head of an answer whose body is still to come, as an event stream's is. */
function flushHead(response: ServerResponse): void {
  if (!response.writableEnded && !response.destroyed) response.flushHeaders()
}

function clearedSession(executed: Answer | null): string[] {
  // Of one cookie undici gives a string, whatever its type says.
  const cookies = [executed?.headers['set-cookie'] ?? []].flat()
  return cookies.filter((one) => one.startsWith(`${SESSION_COOKIE}=;`)).flatMap((one) => ['set-cookie', one])
}
