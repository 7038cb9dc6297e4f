import type { ServerResponse } from 'node:http'
import { ERRORS, type ErrorCode, errorBody } from '@emotibot/contracts'

export type ErrorAnswer = {
  readonly code: ErrorCode
  readonly message: string
  readonly requestId: string
  readonly headers?: readonly string[]
}

/** Answers an error in the one shape, on a response that nothing was written to. */
export function answerError(
  response: ServerResponse,
  { code, message, requestId, headers = [] }: ErrorAnswer,
): void {
  const body = Buffer.from(JSON.stringify(errorBody(code, message, requestId)))
  response.writeHead(ERRORS[code].status, [
    'content-type',
    'application/json; charset=utf-8',
    'content-length',
    String(body.length),
    ...headers,
  ])
  response.end(body)
}
