// What a client has seen of the stores goes to whichever side answers it, and comes back with the answer to a write.
//
//   request: header and cookie ──merged──► one header to the side
//   answer:  the side's header, merged with the request's ──► a header for programs, a cookie for the page
import type { IncomingHttpHeaders } from 'node:http'
import {
  decodePosition,
  encodePosition,
  mergePositions,
  POSITION_COOKIE,
  POSITION_HEADER,
  POSITION_LIFETIME_SECONDS,
  type Position,
  readCookie,
} from '@emotibot/contracts'

/** A position that names more stores has old ones in it: a store gets a new id only when it is restored. */
const MOST_STORES = 8

/** What the request's client has seen, as one text; null for nothing, which costs a look at two headers. */
export function positionOf(headers: IncomingHttpHeaders): string | null {
  const header = headers[POSITION_HEADER]
  const cookie = headers.cookie?.includes(POSITION_COOKIE)
    ? readCookie(headers.cookie, POSITION_COOKIE)
    : null
  if (header === undefined && cookie === null) return null
  return joined(String(header ?? ''), cookie ?? '') || null
}

/** The later of two positions, store by store; those that only the newer one names come first and are kept. */
export function joined(newer: string, older: string): string {
  const first = decodePosition(newer)
  const merged = mergePositions(first, decodePosition(older))
  const stores = Object.keys({ ...first, ...merged }).slice(0, MOST_STORES)
  const kept: Position = Object.fromEntries(stores.map((store) => [store, merged[store] ?? 0]))
  return encodePosition(kept)
}

export type Sent = {
  readonly position: string | null
  readonly isSecure: boolean
  /** A program that sends its token itself keeps the position itself; for all others the browser does. */
  readonly hasBearer: boolean
}

/** The headers that carry an answer's position to the client: name, value, name, value. */
export function positionHeaders(fromSide: string, { position, isSecure, hasBearer }: Sent): string[] {
  const reached = joined(fromSide, position ?? '')
  if (reached === '') return []
  const header = [POSITION_HEADER, reached]
  return hasBearer ? header : [...header, 'set-cookie', positionCookie(reached, isSecure)]
}

function positionCookie(reached: string, isSecure: boolean): string {
  const secure = isSecure ? '; Secure' : ''
  return `${POSITION_COOKIE}=${reached}; Max-Age=${POSITION_LIFETIME_SECONDS}; Path=/; HttpOnly; SameSite=Lax${secure}`
}
