import { POSITION_HEADER } from '@emotibot/contracts'
import type { OnBehalfOf } from '../internal/on-behalf-of.ts'
import { isHopByHop, isInternal, namedByConnection } from './hop-by-hop.ts'

/** The part of a request that is read here. */
type Headed = {
  readonly rawHeaders: readonly string[]
  readonly headers: { readonly connection?: string | undefined }
}

/** What the facade says of the client to the side, in place of whatever the client said of itself. */
export type Forwarded = {
  readonly client: { readonly address: string; readonly protocol: string; readonly host: string }
  readonly requestId: string
  readonly onBehalfOf?: OnBehalfOf | null
}

/** Only the facade may say these; a client's own are dropped. Matched by their beginning. */
const OURS = ['x-forwarded-', 'x-emotibot-', 'x-real-ip', 'x-request-id', 'forwarded']

/**
 * The headers for the side: name, value, name, value; `position` is what the client has seen of the stores. `Content-Length` is left out: undici writes the one of the
 * body it is given, so a length can never disagree with its body.
 */
export function requestHeaders(
  request: Headed,
  { client, requestId, onBehalfOf }: Forwarded,
  position: string | null,
): string[] {
  const { rawHeaders } = request
  const named = namedByConnection(request.headers.connection)
  const headers: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? ''
    if (isDropped(name) || named?.has(name)) continue
    headers.push(name, rawHeaders[at + 1] ?? '')
  }
  headers.push('x-forwarded-for', client.address, 'x-forwarded-proto', client.protocol)
  headers.push('x-forwarded-host', client.host, 'x-request-id', requestId)
  if (position !== null) headers.push(POSITION_HEADER, position)
  if (onBehalfOf) headers.push(...onBehalfOf.headers)
  return headers
}

function isDropped(name: string): boolean {
  if (isHopByHop(name) || isInternal(name) || name === 'content-length') return true
  const first = name.charCodeAt(0)
  // `f` and `x`: most names are neither, and need no further look.
  return (first === 0x66 || first === 0x78) && OURS.some((ours) => name.startsWith(ours))
}
