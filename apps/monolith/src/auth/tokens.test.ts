import { createTokenVerifier } from '@emotibot/service-kit'
import { expect, test } from 'vitest'
import { createTokens } from './tokens.ts'

const SECRET = 'a secret of more than thirty-two characters'
const { sign } = createTokens(SECRET)
const { verify } = await createTokenVerifier({ legacySecret: SECRET, jwksUrl: null, jwksFile: null })

const who = { sub: 'u', username: 'Ann', email: 'a@b', sid: 's' }
const nowMs = Math.floor(Date.now() / 1_000) * 1_000
const iat = nowMs / 1_000

test('a token says who, for an hour, and has no issuer', async () => {
  const token = await sign({ ...who, sessionExpiresAtMs: nowMs + 9_000_000 }, nowMs)
  expect(await verify(token)).toEqual({ ...who, iat, exp: iat + 3_600 })
})

test('a token never outlives its session', async () => {
  const token = await sign({ ...who, sessionExpiresAtMs: nowMs + 5_900 }, nowMs)
  expect(await verify(token)).toMatchObject({ exp: iat + 5 })
})
