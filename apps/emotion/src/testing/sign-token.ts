import { createHmac, randomUUID } from 'node:crypto'
import type { TokenClaims } from '@emotibot/contracts'

export const SECRET = 'the secret that all processes share in these tests'

/** A token as the monolith signs it. */
export function signToken(claims: Pick<TokenClaims, 'sub' | 'username'> & Partial<TokenClaims>): string {
  const iat = Math.floor(Date.now() / 1_000)
  const whole = { email: 'a@b.example', sid: randomUUID(), iat, exp: iat + 3_600, ...claims }
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(whole)}`
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
