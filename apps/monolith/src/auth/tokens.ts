import { TOKEN_LIFETIME_SECONDS, type TokenClaims } from '@emotibot/contracts'
import { SignJWT } from 'jose'

/** Who a token is for, and the session it stands for. */
export type TokenSubject = Pick<TokenClaims, 'sub' | 'username' | 'email' | 'sid'> & {
  /** A token never outlives its session. */
  readonly sessionExpiresAtMs: number
}

export type Tokens = { sign(subject: TokenSubject, nowMs: number): Promise<string> }

/** Signs tokens as the monolith always has: HS256 with the shared secret, and no issuer. */
export function createTokens(secret: string): Tokens {
  const key = new TextEncoder().encode(secret)
  return {
    sign({ sessionExpiresAtMs, ...claims }, nowMs) {
      const iat = Math.floor(nowMs / 1_000)
      const exp = Math.min(iat + TOKEN_LIFETIME_SECONDS, Math.floor(sessionExpiresAtMs / 1_000))
      return new SignJWT({ ...claims, iat, exp }).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key)
    },
  }
}
