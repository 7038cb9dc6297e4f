import { encodePosition, ON_BEHALF_OF, POSITION_HEADER } from '@emotibot/contracts'
import type { InternalQuestion } from './internal-client.ts'

/** A question's headers: who asks, for whom, and what the answer must have seen. */
export function internalHeaders(question: InternalQuestion, token: string): Record<string, string> {
  const { body, user, partition, authorization, position = '', requestId } = question
  const seen = typeof position === 'string' ? position : encodePosition(position)
  return {
    [ON_BEHALF_OF.token]: token,
    [ON_BEHALF_OF.partition]: encodeURIComponent(partition),
    ...(user === null ? {} : { [ON_BEHALF_OF.user]: user }),
    ...(authorization === undefined ? {} : { authorization }),
    ...(seen === '' ? {} : { [POSITION_HEADER]: seen }),
    ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
}
