import { readCookie, SESSION_COOKIE, VISITOR_COOKIE } from '@emotibot/contracts'
import { ApiError, carriedToken, type TokenVerifier } from '@emotibot/service-kit'
import type { Asker } from './meter.ts'

type Request = Parameters<typeof carriedToken>[0]

const VISITOR_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Whom a reply is charged to. The token is verified, or anybody could spend another's day; one that is not good makes a
 * guest and refuses nothing, for the route is public.
 */
export async function findAsker(request: Request, verify: TokenVerifier['verify']): Promise<Asker> {
  const userId = await userIdOf(request, verify)
  if (userId !== null) return { kind: 'user', id: userId }
  const visitor = readCookie(request.headers.cookie, VISITOR_COOKIE)
  return { kind: 'guest', id: visitor !== null && VISITOR_ID.test(visitor) ? visitor : null }
}

async function userIdOf(request: Request, verify: TokenVerifier['verify']): Promise<string | null> {
  try {
    const carried = carriedToken(request)
    return carried && (await verify(carried.token)).sub
  } catch (cause) {
    if (cause instanceof ApiError) return null
    throw cause
  }
}

/** Whether the request is anybody's at all, its token good or not: then its reply is nobody else's. */
export function isPersonal(request: Request): boolean {
  const { authorization, cookie } = request.headers
  return authorization !== undefined || readCookie(cookie, SESSION_COOKIE) !== null
}
