import type { IncomingMessage } from 'node:http'
import { fold, type RouteDefinition, readCookie, SESSION_COOKIE, type TokenClaims } from '@emotibot/contracts'
import { namedByConnection } from '../forward/hop-by-hop.ts'

const BEARER = /^Bearer +([\w.~+/-]+=*)$/i

/**
 * The token that the side will find in a request, unread; a bearer header wins over the cookie, as on both sides.
 * What `Connection` names goes no further, so it counts for nothing here either.
 */
export function carriedToken({ headers }: Pick<IncomingMessage, 'headers'>): string | null {
  const named = namedByConnection(headers.connection)
  if (headers.authorization !== undefined && !named?.has('authorization'))
    return BEARER.exec(headers.authorization)?.[1] ?? null
  if (named?.has('cookie')) return null
  return readCookie(headers.cookie, SESSION_COOKIE) || null
}

/** The folded username that a token claims. Good for choosing a side, never for access: the side verifies. */
export function partitionOfClaims(claims: Partial<TokenClaims> | null): string | null {
  const username: unknown = claims?.username
  return typeof username === 'string' && username !== '' ? fold(username) : null
}

/** The folded username that a JSON body names; null for a body that says none, which the side will refuse. */
export function partitionOfBody(body: Buffer | null): string | null {
  try {
    const value: unknown = JSON.parse(body?.toString() ?? '')
    if (typeof value !== 'object' || value === null || !('username' in value)) return null
    return typeof value.username === 'string' && value.username !== '' ? fold(value.username) : null
  } catch {
    return null
  }
}

type Known = {
  readonly claims: Partial<TokenClaims> | null
  readonly body: Buffer | null
  readonly visitorId: string
}

/** What a request is bucketed by: the name it is about, else the visitor. */
export function partitionOf(route: Pick<RouteDefinition, 'partition'>, known: Known): string {
  const name =
    route.partition === 'body.username' ? partitionOfBody(known.body) : partitionOfClaims(known.claims)
  return name ?? known.visitorId
}
