import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RouteDefinition } from '@emotibot/contracts'
import type { Client } from '../identity/client-address.ts'
import type { OnBehalfOf } from '../internal/on-behalf-of.ts'

/** A request that came in at the door, and what was found out about it there. */
export type Arrival = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly route: RouteDefinition
  readonly client: Client
  readonly requestId: string
  /** Headers of ours for the answer: name, value, name, value. */
  readonly headers: readonly string[]
  /** For whom one of our own processes asks; null on the public port. */
  readonly onBehalfOf: OnBehalfOf | null
}
