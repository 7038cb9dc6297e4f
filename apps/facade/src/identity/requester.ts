import type { IncomingMessage } from 'node:http'
import type { RouteDefinition } from '@emotibot/contracts'
import { carriedToken, partitionOf } from './partition.ts'
import { type Visitor, visitorCookie, visitorOf } from './visitor.ts'

/** Who a request is from, for choosing a side: somebody by a token, else a visitor by a cookie, new if need be. */
export class Requester {
  readonly #request: IncomingMessage
  readonly #token: string | null
  #visitor: Visitor | null = null

  constructor(request: IncomingMessage) {
    this.#request = request
    this.#token = carriedToken(request)
    if (this.#token === null) this.#visitor = visitorOf(request.headers.cookie)
  }

  /** What a request is bucketed by. Costs the reading of a token or a body: ask only when a share is judged. */
  partitionOn(route: RouteDefinition, body: Buffer | null): string {
    this.#visitor ??= visitorOf(this.#request.headers.cookie)
    return partitionOf(route, { token: this.#token, body, visitorId: this.#visitor.id })
  }

  /** The cookie that a new visitor must be given. */
  newCookie(isSecure: boolean): string | null {
    return this.#visitor?.isNew ? visitorCookie(this.#visitor.id, isSecure) : null
  }
}
