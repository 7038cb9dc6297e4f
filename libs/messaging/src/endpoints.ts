import type { Inbox } from './inbox.ts'

/** What an app mounts behind its check of the service token (audience: the service's own name). */
export type Endpoint = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Bytes of a body that must be let in. */
  readonly bodyLimit: number
  handle(request: {
    readonly params: Readonly<Record<string, string>>
    readonly body: unknown
  }): Promise<EndpointAnswer>
}

/** A null body is none. */
export type EndpointAnswer = { readonly status: number; readonly body: object | null }

/** EVENTS_PATH, DEAD_LETTERS_PATH and REPLAY_DEAD_LETTER_PATH over an inbox. What `handle` throws is an error 500 or 503. */
export declare function inboxEndpoints(inbox: Inbox): readonly Endpoint[]
