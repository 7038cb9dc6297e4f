import { createHmac } from 'node:crypto'
import { readUnverifiedClaims } from '@emotibot/contracts'
import { PARITY_SECRET } from '../targets/settings.ts'

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

function sign(header: object, claims: object, secret: string): string {
  const signed = `${encode(header)}.${encode(claims)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

const HS256 = { alg: 'HS256', typ: 'JWT' }
const AN_HOUR = 3_600

/** Authorization headers that must not be believed, each made from a good token. */
export function badAuthorizations(token: string): { note: string; authorization: string }[] {
  const claims = readUnverifiedClaims(token) ?? {}
  const nowSeconds = Math.floor(Date.now() / 1_000)
  const expired = { ...claims, iat: nowSeconds - 2 * AN_HOUR, exp: nowSeconds - AN_HOUR }
  const { sid: _, ...withoutSession } = claims
  const bearers = {
    'no token': '',
    garbage: 'garbage',
    'three empty parts': '..',
    'a cut token': token.slice(0, -4),
    'alg none': `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`,
    'a foreign secret': sign(HS256, claims, 'somebody else’s secret of enough characters'),
    'another algorithm': sign({ alg: 'HS512', typ: 'JWT' }, claims, PARITY_SECRET),
    expired: sign(HS256, expired, PARITY_SECRET),
    'a session nobody opened': sign(HS256, { ...claims, sid: 'nobody' }, PARITY_SECRET),
    'no session': sign(HS256, withoutSession, PARITY_SECRET),
    'a user nobody knows': sign(HS256, { ...claims, sub: 'nobody' }, PARITY_SECRET),
    'a number for a user': sign(HS256, { ...claims, sub: 7 }, PARITY_SECRET),
    'a very long one': 'x'.repeat(6_000),
  }
  return [
    ...Object.entries(bearers).map(([note, value]) => ({ note, authorization: `Bearer ${value}` })),
    { note: 'another scheme', authorization: `Basic ${token}` },
    { note: 'no scheme', authorization: token },
  ]
}
