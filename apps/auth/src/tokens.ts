import { randomUUID } from 'node:crypto'
import {
  AUTH_AUDIENCE,
  AUTH_ISSUER,
  SESSION_LIFETIME_SECONDS,
  TOKEN_LIFETIME_SECONDS,
  type TokenClaims,
} from '@emotibot/contracts'
import { type TokenUse, verifyUserToken } from '@emotibot/service-kit'
import { SignJWT } from 'jose'
import type { KeyRing } from './keys/key-ring.ts'

/** Who a token is for, and the session it stands for. */
export type TokenSubject = Pick<TokenClaims, 'sub' | 'username' | 'email' | 'sid'> & {
  /** A token never outlives its session. */
  readonly sessionExpiresAtMs: number
}

export type Tokens = {
  sign(subject: TokenSubject, nowMs: number): Promise<string>
  /** The claims of a token of either side. Throws ApiError UNAUTHENTICATED for any other; the session is not asked. */
  read(token: string, use?: TokenUse): Promise<TokenClaims>
}

/** Signs with this service's key of the moment; reads its own tokens and the monolith's. */
export function createTokens(ring: KeyRing, legacySecret: string): Tokens {
  const keys = { legacySecret, findKey: (kid: string) => ring.find(kid) }
  return {
    sign({ sessionExpiresAtMs, ...claims }, nowMs) {
      const { kid, privateKey } = ring.signer()
      const iat = Math.floor(nowMs / 1_000)
      const exp = Math.min(iat + TOKEN_LIFETIME_SECONDS, Math.floor(sessionExpiresAtMs / 1_000))
      return new SignJWT({ ...claims, iat, exp, jti: randomUUID() })
        .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'JWT' })
        .setIssuer(AUTH_ISSUER)
        .setAudience(AUTH_AUDIENCE)
        .sign(privateKey)
    },
    read: (token, use) =>
      verifyUserToken(token, { ...keys, pastTimeSeconds: use?.mayBePast ? SESSION_LIFETIME_SECONDS : 0 }),
  }
}
