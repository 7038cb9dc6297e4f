import type { IncomingMessage } from 'node:http'
import {
  fold,
  type RouteDefinition,
  readCookie,
  readUnverifiedClaims,
  SESSION_COOKIE,
} from '@emotibot/contracts'

const BEARER = /^Bearer +([\w.~+/-]+=*)$/i

/** The token a request carries, unread; a bearer header wins over the cookie, as on both sides. */
export function carriedToken({ headers }: Pick<IncomingMessage, 'headers'>): string | null {
  if (headers.authorization !== undefined) return BEARER.exec(headers.authorization)?.[1] ?? null
  return readCookie(headers.cookie, SESSION_COOKIE) || null
}

/** The folded username that a token claims. Good for choosing a side, never for access: the side verifies. */
export function partitionOfToken(token: string | null): string | null {
  const username = token === null ? undefined : readUnverifiedClaims(token)?.username
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

type Known = { readonly token: string | null; readonly body: Buffer | null; readonly visitorId: string }

/** What a request is bucketed by: the name it is about, else the visitor. */
export function partitionOf(route: Pick<RouteDefinition, 'partition'>, known: Known): string {
  const name =
    route.partition === 'body.username' ? partitionOfBody(known.body) : partitionOfToken(known.token)
  return name ?? known.visitorId
}
