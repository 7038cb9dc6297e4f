import type { IncomingHttpHeaders } from 'node:http'
import { INTERNAL, ON_BEHALF_OF } from '@emotibot/contracts'
import { ApiError, verifyServiceToken } from '@emotibot/service-kit'

/** Whom one of our processes asks for; the headers are passed on as they came. */
export type OnBehalfOf = {
  /** What the request is bucketed by. */
  readonly partition: string
  /** Name, value, name, value. */
  readonly headers: readonly string[]
}

/** Throws ApiError UNAUTHENTICATED unless one of our own processes asks, and BAD_REQUEST where it does not say for whom. */
export async function readOnBehalfOf(headers: IncomingHttpHeaders, secret: string): Promise<OnBehalfOf> {
  const token = headerOf(headers, ON_BEHALF_OF.token)
  // Without a secret every token would be one of nobody's.
  if (secret === '' || token === null)
    throw new ApiError('UNAUTHENTICATED', 'This port is for our own processes: send a service token.')
  await verifyServiceToken(token, { secret, audience: INTERNAL })
  return { partition: partitionOf(headers), headers: passedOn(headers) }
}

function partitionOf(headers: IncomingHttpHeaders): string {
  const partition = decoded(headerOf(headers, ON_BEHALF_OF.partition) ?? '')
  if (partition) return partition
  throw new ApiError(
    'BAD_REQUEST',
    `Say in ${ON_BEHALF_OF.partition}, percent-encoded, whose partition this is about.`,
  )
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

function passedOn(headers: IncomingHttpHeaders): string[] {
  return Object.values(ON_BEHALF_OF).flatMap((name) => {
    const value = headerOf(headers, name)
    return value === null ? [] : [name, value]
  })
}

function headerOf(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name]
  return typeof value === 'string' && value !== '' ? value : null
}
