import {
  fold,
  INTERNAL,
  ON_BEHALF_OF,
  readCookie,
  readUnverifiedClaims,
  SESSION_COOKIE,
  VISITOR_COOKIE,
} from '@emotibot/contracts'
import { ApiError, carriedToken, type TokenVerifier, verifyServiceToken } from '@emotibot/service-kit'
import type { Asker } from './meter.ts'

type Request = Parameters<typeof carriedToken>[0]

export type AskerDeps = {
  readonly verify: TokenVerifier['verify']
  /** What service tokens are made with; empty: nobody asks for others. */
  readonly secret: string
}

const VISITOR_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Whom a reply is charged to: whom one of our processes asks for, else whose token it is. Both are verified, or anybody
 * could spend another's day; one that is not good makes a guest and refuses nothing, for the route is public.
 */
export async function findAsker(request: Request, { verify, secret }: AskerDeps): Promise<Asker> {
  if (await isOneOfUs(request, secret)) return askerFor(request)
  const userId = await userIdOf(request, verify)
  if (userId !== null) return { kind: 'user', id: userId }
  return { kind: 'guest', id: visitorOf(request) }
}

/** As one of our processes says, and so only after it is known to be one. */
function askerFor({ headers }: Request): Asker {
  const user = headers[ON_BEHALF_OF.user]
  return typeof user === 'string' ? { kind: 'user', id: user } : { kind: 'guest', id: null }
}

function isOneOfUs({ headers }: Request, secret: string): Promise<boolean> {
  const token = headers[ON_BEHALF_OF.token]
  if (typeof token !== 'string' || secret === '') return Promise.resolve(false)
  return verifyServiceToken(token, { secret, audience: INTERNAL }).then(
    () => true,
    () => false,
  )
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

function visitorOf({ headers }: Request): string | null {
  const visitor = readCookie(headers.cookie, VISITOR_COOKIE)
  return visitor !== null && VISITOR_ID.test(visitor) ? visitor : null
}

/** Whether the request is anybody's at all, its token good or not: then its reply is nobody else's. */
export function isPersonal(request: Request): boolean {
  const { authorization, cookie, [ON_BEHALF_OF.token]: service } = request.headers
  return authorization !== undefined || service !== undefined || readCookie(cookie, SESSION_COOKIE) !== null
}

/** Of guests whom nothing tells apart yet. */
const NOBODY_YET = 'a guest'

/** What the facade bucketed the request by, so that whom this asks is on the same side. Verified by nobody: good for no more. */
export function partitionOf(request: Request): string {
  const told = request.headers[ON_BEHALF_OF.partition]
  if (typeof told === 'string') return decodedOr(told, NOBODY_YET)
  const username = readUnverifiedClaims(tokenOf(request))?.username
  return typeof username === 'string' && username !== '' ? fold(username) : (visitorOf(request) ?? NOBODY_YET)
}

function tokenOf(request: Request): string {
  try {
    return carriedToken(request)?.token ?? ''
  } catch {
    return ''
  }
}

function decodedOr(text: string, otherwise: string): string {
  try {
    return decodeURIComponent(text) || otherwise
  } catch {
    return otherwise
  }
}
