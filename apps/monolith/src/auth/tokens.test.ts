import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { createTokens } from './tokens.ts'

const SECRET = 'a secret of more than thirty-two characters'
const NOW_MS = Date.UTC(2026, 0, 1)
const subject = { sub: 'u', username: 'Ann', email: 'a@b', sid: 's', sessionExpiresAtMs: NOW_MS + 9_000_000 }
const { sign, read } = createTokens(SECRET)

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function handMade(header: object, claims: object, secret = SECRET): string {
  const signed = `${encode(header)}.${encode(claims)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

const claims = {
  sub: 'u',
  username: 'Ann',
  email: 'a@b',
  sid: 's',
  iat: NOW_MS / 1_000,
  exp: NOW_MS / 1_000 + 60,
}

test('a token says who, for an hour', async () => {
  const iat = NOW_MS / 1_000
  expect(await read(await sign(subject, NOW_MS), NOW_MS)).toEqual({
    sub: 'u',
    username: 'Ann',
    email: 'a@b',
    sid: 's',
    iat,
    exp: iat + 3_600,
  })
})

test('a token never outlives its session', async () => {
  const token = await sign({ ...subject, sessionExpiresAtMs: NOW_MS + 5_000 }, NOW_MS)
  expect(await read(token, NOW_MS + 4_000)).not.toBeNull()
  expect(await read(token, NOW_MS + 6_000)).toBeNull()
})

test('a token made elsewhere with the same secret is good', async () => {
  expect(await read(handMade({ alg: 'HS256' }, claims), NOW_MS)).toEqual(claims)
})

test.each([
  ['of another secret', handMade({ alg: 'HS256' }, claims, `${SECRET}!`)],
  ['of no algorithm', `${encode({ alg: 'none' })}.${encode(claims)}.`],
  ['of another algorithm', handMade({ alg: 'HS512' }, claims)],
  ['past its time', handMade({ alg: 'HS256' }, { ...claims, exp: NOW_MS / 1_000 - 1 })],
  ['without an end', handMade({ alg: 'HS256' }, { ...claims, exp: undefined })],
  ['without a session', handMade({ alg: 'HS256' }, { ...claims, sid: undefined })],
  ['with claims of another type', handMade({ alg: 'HS256' }, { ...claims, sub: 7 })],
  ['that is none', 'not.a.token'],
  ['that is empty', ''],
])('a token %s is not good', async (_what, token) => {
  expect(await read(token, NOW_MS)).toBeNull()
})
