import { SESSION_LIFETIME_SECONDS, TOKEN_LIFETIME_SECONDS, TokenClaims } from '@emotibot/contracts'
import { createCheck, type TokenUse } from '@emotibot/service-kit'
import { jwtVerify, SignJWT } from 'jose'

const ALGORITHM = 'HS256'
const isTokenClaims = createCheck(TokenClaims)

/** Who a token is for, and the session it stands for. */
export type TokenSubject = Pick<TokenClaims, 'sub' | 'username' | 'email' | 'sid'> & {
  /** A token never outlives its session. */
  readonly sessionExpiresAtMs: number
}

export type Tokens = {
  sign(subject: TokenSubject, nowMs: number): Promise<string>
  /** The claims of a token of ours that is within its time, or past it where that is fine; null for anything else. */
  read(token: string, nowMs: number, use?: TokenUse): Promise<TokenClaims | null>
}

/** Tokens of the monolith: HS256 and nothing else, whatever a token says of itself. */
export function createTokens(secret: string): Tokens {
  const key = new TextEncoder().encode(secret)
  return {
    sign({ sessionExpiresAtMs, ...claims }, nowMs) {
      const iat = Math.floor(nowMs / 1_000)
      const exp = Math.min(iat + TOKEN_LIFETIME_SECONDS, Math.floor(sessionExpiresAtMs / 1_000))
      return new SignJWT({ ...claims, iat, exp }).setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' }).sign(key)
    },
    async read(token, nowMs, use) {
      try {
        const clockTolerance = use?.mayBePast ? SESSION_LIFETIME_SECONDS : 0
        const options = { algorithms: [ALGORITHM], currentDate: new Date(nowMs), clockTolerance }
        const { payload } = await jwtVerify(token, key, options)
        return isTokenClaims(payload) ? payload : null
      } catch {
        return null
      }
    },
  }
}
