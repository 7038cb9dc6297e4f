import {
  type RouteDefinition,
  readCookie,
  SESSION_COOKIE,
  TOKEN_LIFETIME_SECONDS,
  type TokenClaims,
} from '@emotibot/contracts'
import type { FastifyRequest } from 'fastify'
import { ApiError } from './errors.ts'
import type { VerifiedClaims } from './tokens/verify-user-token.ts'

/** Who a verified request is from, and by which way the token came. */
export type Identity = { readonly claims: VerifiedClaims; readonly via: 'bearer' | 'cookie' }

/** `mayBePast`: a token past its time is still good for a renewal, as long as its session lives. */
export type TokenUse = { readonly mayBePast: boolean }

/** Verifies a token, its session included. Throws ApiError UNAUTHENTICATED for one that is not good (any more). */
export type VerifyToken = (token: string, use?: TokenUse) => Promise<VerifiedClaims>

type Carried = { token: string; via: 'bearer' | 'cookie' }

/** Finds the token of a request; a bearer header wins over the cookie. */
export function carriedToken(request: FastifyRequest): Carried | null {
  const { authorization, cookie } = request.headers
  if (authorization !== undefined) {
    const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization)?.[1]
    if (!token)
      throw new ApiError('UNAUTHENTICATED', 'The Authorization header must be "Bearer" and a token.')
    return { token, via: 'bearer' }
  }
  const token = readCookie(cookie, SESSION_COOKIE)
  return token ? { token, via: 'cookie' } : null
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether the request's Origin is the one it was sent to. */
export function hasSameOrigin(request: FastifyRequest): boolean {
  const { origin } = request.headers
  if (!origin || !URL.canParse(origin)) return false
  return new URL(origin).host === request.host
}

/**
 * Keeps other sites from acting with this browser's cookie: an unsafe method that carries the session cookie must say
 * a same-origin Origin; a foreign Origin on an unsafe method is refused with or without one (no login from afar).
 * Throws ApiError FORBIDDEN_ORIGIN.
 */
export function checkOrigin(request: FastifyRequest): void {
  if (SAFE.has(request.method) || request.headers.authorization !== undefined) return
  const isByCookie = readCookie(request.headers.cookie, SESSION_COOKIE) !== null
  if (request.headers.origin === undefined ? !isByCookie : hasSameOrigin(request)) return
  throw new ApiError(
    'FORBIDDEN_ORIGIN',
    'This request must come from the page it acts for: its Origin is missing or another.',
  )
}

/** Who the request is from, as the route's access demands. Null for a guest. */
export async function identify(
  request: FastifyRequest,
  { access, renews = false }: Pick<RouteDefinition, 'access' | 'renews'>,
  verify: VerifyToken,
): Promise<Identity | null> {
  if (access === 'public') return null
  const carried = carriedToken(request)
  if (carried) {
    const { token, via } = carried
    return { claims: await verify(token, { mayBePast: renews && via === 'cookie' }), via }
  }
  if (access === 'user') throw new ApiError('UNAUTHENTICATED', 'Sign in first.')
  return null
}

/** A cookie's token past half its life is renewed with the answer. */
export function isPastHalfLife(claims: TokenClaims, nowMs: number): boolean {
  return nowMs / 1_000 > claims.iat + TOKEN_LIFETIME_SECONDS / 2
}
