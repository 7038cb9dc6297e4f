import { hkdfSync, randomUUID } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import { ApiError } from '../errors.ts'

/** One process calling another: who calls, and whom it means. */
export type ServiceCall = {
  /** The secret all processes share. */
  readonly secret: string
  readonly caller: string
  /** The only process that takes the token. */
  readonly audience: string
  readonly lifetimeSeconds?: number
}

export type ServiceTokenCheck = {
  readonly secret: string
  readonly audience: string
  /** Names that may call; any when left out. */
  readonly callers?: readonly string[]
}

const LONGEST_LIFETIME_SECONDS = 300
const TYPE = 'emotibot-service+jwt'

/** A token for one call or a few, at most five minutes long. */
export async function createServiceToken(call: ServiceCall): Promise<string> {
  const { secret, caller, audience, lifetimeSeconds = 60 } = call
  if (lifetimeSeconds > LONGEST_LIFETIME_SECONDS)
    throw new RangeError(
      `A service token lives ${LONGEST_LIFETIME_SECONDS} s at most, not ${lifetimeSeconds}.`,
    )
  const issuedAt = Math.floor(Date.now() / 1_000)
  return new SignJWT({})
    .setProtectedHeader({ alg: 'HS256', typ: TYPE })
    .setIssuer(caller)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetimeSeconds)
    .setJti(randomUUID())
    .sign(serviceKey(secret))
}

/** Who calls. Throws ApiError UNAUTHENTICATED unless the token is genuine, fresh, short-lived and meant for `audience`. */
export async function verifyServiceToken(
  token: string,
  check: ServiceTokenCheck,
): Promise<{ caller: string }> {
  try {
    const { payload } = await jwtVerify(token, serviceKey(check.secret), {
      algorithms: ['HS256'],
      typ: TYPE,
      requiredClaims: ['iss', 'aud', 'iat', 'exp', 'jti'],
      maxTokenAge: LONGEST_LIFETIME_SECONDS,
    })
    const { iss = '', aud, iat = 0, exp = 0 } = payload
    const isShort = exp - iat <= LONGEST_LIFETIME_SECONDS
    const mayCall = check.callers === undefined || check.callers.includes(iss)
    // One audience exactly: a token good for two processes could be handed on by the first.
    if (isShort && mayCall && aud === check.audience) return { caller: iss }
  } catch (cause) {
    if (!(cause instanceof errors.JOSEError || cause instanceof TypeError)) throw cause
  }
  throw new ApiError('UNAUTHENTICATED', 'This call carries no valid service token.')
}

/** A key of its own: were it the secret itself, a service token would verify as a user's of the monolith. */
function serviceKey(secret: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', 'emotibot service token v1', 32))
}
