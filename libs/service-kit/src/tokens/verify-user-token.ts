// Two kinds of tokens are good while auth moves. Who issued a token decides the ONE algorithm it may have; what the
// token's own header says is only ever compared with that, never followed:
//
//   iss absent            the monolith      HS256, the shared secret
//   iss "emotibot-auth"   the auth service  EdDSA, the public key named by `kid`
//   any other iss         nobody            401
import { AUTH_AUDIENCE, AUTH_ISSUER, TokenClaims } from '@emotibot/contracts'
import { type CryptoKey, decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose'
import { ApiError } from '../errors.ts'
import { createCheck } from '../validation.ts'

/** What tokens are verified with. */
export type TokenKeys = {
  /** Of the monolith's tokens; null once it signs none any more. */
  readonly legacySecret: string | null
  /** The auth service's public key of that id, or null. */
  readonly findKey: (kid: string) => Promise<CryptoKey | null>
  /** How far past its time a token may be; none unless said. Its session is then what ends it. */
  readonly pastTimeSeconds?: number
}

const LONGEST_TOKEN = 8_192
const isTokenClaims = createCheck(TokenClaims)

/** What a verified token says. `iss`: the auth service signed it; absent, the monolith did. */
export type VerifiedClaims = TokenClaims & { readonly iss?: typeof AUTH_ISSUER }

/**
 * The claims of a token that is genuine and not expired; its session is not looked at here.
 * Throws ApiError UNAUTHENTICATED for any other, whatever is wrong with it.
 */
export async function verifyUserToken(token: string, keys: TokenKeys): Promise<VerifiedClaims> {
  const payload = await verifiedPayload(token, keys)
  const iss = payload?.iss
  if (!payload || !isTokenClaims(payload)) throw badTokenError()
  const { sub, username, email, sid, iat, exp } = payload
  const claims = { sub, username, email, sid, iat, exp }
  return iss === AUTH_ISSUER ? { ...claims, iss } : claims
}

/** The same words for every bad token: which part is wrong is nobody's business. */
export function badTokenError(): ApiError {
  return new ApiError('UNAUTHENTICATED', 'This token is not good, or not any more. Sign in again.')
}

async function verifiedPayload(token: string, keys: TokenKeys): Promise<JWTPayload | null> {
  if (token.length > LONGEST_TOKEN) return null
  try {
    const { iss } = decodeJwt(token)
    if (iss === undefined) return await verifyLegacy(token, keys)
    if (iss === AUTH_ISSUER) return await verifyIssued(token, keys)
    return null
  } catch (cause) {
    if (isTokenFault(cause)) return null
    throw cause
  }
}

/** jose throws TypeError for a token whose parts are not base64url or not JSON. */
function isTokenFault(cause: unknown): boolean {
  return cause instanceof errors.JOSEError || cause instanceof TypeError
}

async function verifyLegacy(token: string, keys: TokenKeys): Promise<JWTPayload | null> {
  const { legacySecret, pastTimeSeconds: clockTolerance = 0 } = keys
  if (legacySecret === null) return null
  const key = new TextEncoder().encode(legacySecret)
  return (await jwtVerify(token, key, { algorithms: ['HS256'], clockTolerance })).payload
}

async function verifyIssued(token: string, keys: TokenKeys): Promise<JWTPayload | null> {
  const { alg, kid } = decodeProtectedHeader(token)
  if (alg !== 'EdDSA' || typeof kid !== 'string') return null
  const key = await keys.findKey(kid)
  if (!key) return null
  const { pastTimeSeconds: clockTolerance = 0 } = keys
  const expected = { algorithms: ['EdDSA'], issuer: AUTH_ISSUER, audience: AUTH_AUDIENCE, clockTolerance }
  return (await jwtVerify(token, key, expected)).payload
}
