import type { IncomingMessage } from 'node:http'
import { type RouteDefinition, readUnverifiedClaims, type TokenClaims } from '@emotibot/contracts'
import type { OnBehalfOf } from '../internal/on-behalf-of.ts'
import { carriedToken, partitionOf } from './partition.ts'
import { type Visitor, visitorCookie, visitorOf } from './visitor.ts'

/**
 * Who a request is from, for choosing a side: whom one of our processes asks for, else somebody by a token, else a
 * visitor by a cookie, new if need be.
 */
export class Requester {
  /** The token as it came; null for a guest. */
  readonly token: string | null
  readonly #request: IncomingMessage
  readonly #onBehalfOf: OnBehalfOf | null
  #claims: Partial<TokenClaims> | null | undefined
  #visitor: Visitor | null = null

  constructor(request: IncomingMessage, onBehalfOf: OnBehalfOf | null = null) {
    this.#request = request
    this.#onBehalfOf = onBehalfOf
    this.token = carriedToken(request)
    if (this.token === null && onBehalfOf === null) this.#visitor = visitorOf(request.headers.cookie)
  }

  /** The session that the token says it is of; null for a guest, and for a token that no side will take. */
  get sid(): string | null {
    const sid: unknown = this.#readClaims()?.sid
    return typeof sid === 'string' && sid !== '' ? sid : null
  }

  /** What a request is bucketed by. Costs the reading of a token or a body: ask only when a share is judged. */
  partitionOn(route: RouteDefinition, body: Buffer | null): string {
    if (this.#onBehalfOf !== null) return this.#onBehalfOf.partition
    this.#visitor ??= visitorOf(this.#request.headers.cookie)
    return partitionOf(route, { claims: this.#readClaims(), body, visitorId: this.#visitor.id })
  }

  /** The cookie that a new visitor must be given. */
  newCookie(isSecure: boolean): string | null {
    return this.#visitor?.isNew ? visitorCookie(this.#visitor.id, isSecure) : null
  }

  /** Once a request, and only when somebody asks. */
  #readClaims(): Partial<TokenClaims> | null {
    if (this.#claims === undefined)
      this.#claims = this.token === null ? null : readUnverifiedClaims(this.token)
    return this.#claims
  }
}
