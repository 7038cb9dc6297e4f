import { DEAD_LETTERS_PATH, EVENTS_PATH, REPLAY_DEAD_LETTER_PATH } from '@emotibot/contracts'
import { MOST_OF_ONE_BYTES } from '../relay/next-page.ts'
import type { Inbox } from './inbox.ts'

/** What an app mounts behind its check of the service token (audience: the service's own name). */
export type Endpoint = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Bytes of a body that must be let in. */
  readonly bodyLimit: number
  /** What it throws means that it is to be tried again: 503. */
  handle(request: EndpointRequest): Promise<EndpointAnswer>
}

export type EndpointRequest = {
  readonly params: Readonly<Record<string, string>>
  readonly body: unknown
}

/** A null body is none. */
export type EndpointAnswer = { readonly status: number; readonly body: object | null }

/** EVENTS_PATH, DEAD_LETTERS_PATH and REPLAY_DEAD_LETTER_PATH over an inbox. */
export function inboxEndpoints(inbox: Inbox): readonly Endpoint[] {
  const bodyLimit = 2 * MOST_OF_ONE_BYTES
  return [
    { method: 'POST', path: EVENTS_PATH, bodyLimit, handle: ({ body }) => takeIn(inbox, body) },
    {
      method: 'GET',
      path: DEAD_LETTERS_PATH,
      bodyLimit,
      handle: async () => ({ status: 200, body: { dead_letters: await inbox.deadLetters.list() } }),
    },
    {
      method: 'POST',
      path: REPLAY_DEAD_LETTER_PATH,
      bodyLimit,
      handle: ({ params }) => replay(inbox, params['id'] ?? ''),
    },
  ]
}

async function takeIn(inbox: Inbox, body: unknown): Promise<EndpointAnswer> {
  const taken = await inbox.take(body)
  switch (taken.outcome) {
    case 'taken':
      return { status: 204, body: null }
    case 'gap':
      return { status: 409, body: { code: 'GAP', at: taken.at } }
    case 'malformed':
      return { status: 400, body: { code: 'BAD_REQUEST', message: taken.reason } }
  }
}

async function replay({ deadLetters }: Inbox, id: string): Promise<EndpointAnswer> {
  const replayed = await deadLetters.replay(/^\d{1,15}$/.test(id) ? Number(id) : 0)
  switch (replayed.outcome) {
    case 'taken':
      return { status: 204, body: null }
    case 'failed':
      return { status: 409, body: { code: 'FAILED', message: replayed.reason } }
    case 'unknown':
      return { status: 404, body: { code: 'NOT_FOUND', message: `There is no dead letter ${id} here.` } }
  }
}
