import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { errorBody, INTERNAL_ERRORS, INTERNAL_HEADERS } from '@emotibot/contracts'

type Respond = (request: IncomingMessage, response: ServerResponse) => void

/** Answers as a store that does not own the partition. */
export const staleEpoch: Respond = (_request, response) => {
  const { status } = INTERNAL_ERRORS.STALE_EPOCH
  const row = { group: 'auth', epoch: 3, rule: { low: 0, high: 0, allow: [], deny: [] } }
  const body = { ...errorBody('STALE_EPOCH', 'The store does not own this.', 'r'), authority: row }
  refuse(response, { status, because: 'stale-epoch', body })
}

/** Answers as a side that leaves a login to the other one. */
export const misdirected: Respond = (_request, response) => {
  const { status } = INTERNAL_ERRORS.MISDIRECTED
  refuse(response, {
    status,
    because: 'misdirected',
    body: errorBody('MISDIRECTED', 'Ask the other side.', 'r'),
  })
}

/** Answers as a side that has not seen what the client has. */
export const behind: Respond = (_request, response) =>
  refuse(response, { status: 503, because: 'behind', body: errorBody('BUSY', 'Not there yet.', 'r') })

type Refusal = { status: number; because: string; body: unknown }

function refuse(response: ServerResponse, { status, because, body }: Refusal): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    [INTERNAL_HEADERS.refused]: because,
    'content-type': 'application/json; charset=utf-8',
    ...(status === 503 ? { 'retry-after': '1' } : {}),
  })
  response.end(text)
}

/** The first `count` requests one way, all others as before. */
export function firstly(count: number, respond: Respond, then: RequestListener): RequestListener {
  let left = count
  return (request, response) => {
    left -= 1
    if (left >= 0) respond(request, response)
    else then(request, response)
  }
}
