import Type, { type Static } from 'typebox'

/** Names and lifetimes that a token, a cookie and everyone who reads them agree on. */
export const SESSION_COOKIE = 'emotibot_session'
export const VISITOR_COOKIE = 'emotibot_visitor'
export const TOKEN_LIFETIME_SECONDS = 3_600
export const SESSION_LIFETIME_SECONDS = 30 * 24 * 3_600

/** Tokens of the auth service name these; the monolith's have no issuer. The issuer decides the one algorithm a token may have. */
export const AUTH_ISSUER = 'emotibot-auth'
export const AUTH_AUDIENCE = 'emotibot'

/** What tokens of both sides carry. `username` is as the user wrote it; its fold is the partition. */
export const TokenClaims = Type.Object({
  sub: Type.String({ description: 'user id' }),
  username: Type.String(),
  email: Type.String(),
  sid: Type.String({ description: 'session id' }),
  iat: Type.Integer({ description: 'seconds since 1970' }),
  exp: Type.Integer({ description: 'seconds since 1970' }),
})
export type TokenClaims = Static<typeof TokenClaims>

/** Attributes of the session cookie, as `Set-Cookie` spells them; the token lives inside it. */
export function sessionCookie(token: string, isSecure: boolean): string {
  const secure = isSecure ? '; Secure' : ''
  return `${SESSION_COOKIE}=${token}; Max-Age=${SESSION_LIFETIME_SECONDS}; Path=/; HttpOnly; SameSite=Lax${secure}`
}

/** Tells the browser to forget the session. */
export function clearedSessionCookie(): string {
  return `${SESSION_COOKIE}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax`
}

const decoder = new TextDecoder()

/**
 * Reads the claims of a token *without* verifying it: good for bucketing, never for access.
 * Returns null for whatever is not a token.
 */
export function readUnverifiedClaims(token: string): Partial<TokenClaims> | null {
  const payload = token.split('.')[1]
  if (!payload || token.length > 8_192) return null
  try {
    const binary = atob(payload.replaceAll('-', '+').replaceAll('_', '/'))
    // Of every request with a token: a loop costs a fifth of `Uint8Array.from` with a callback.
    const bytes = new Uint8Array(binary.length)
    for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
    const claims: unknown = JSON.parse(decoder.decode(bytes))
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? claims : null
  } catch {
    return null
  }
}

/** The value of one cookie in a `Cookie` header, or null. The first of two wins, as in browsers' own order. */
export function readCookie(header: string | undefined, name: string): string | null {
  if (!header) return null
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return null
}
