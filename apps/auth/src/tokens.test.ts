import { createPublicKey, randomUUID } from 'node:crypto'
import { JWKS_PATH, readUnverifiedClaims, type TokenClaims } from '@emotibot/contracts'
import { createTokenVerifier } from '@emotibot/service-kit'
import { type JWK, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { serveForFile } from './testing/serve-for-file.ts'
import { bearer, LEGACY_SECRET, signUp, statusOfMe } from './testing/start-auth.ts'

const { database, auth } = await serveForFile()
const jwk = await publishedKey()

async function publishedKey(): Promise<JWK> {
  const answer = (await (await fetch(auth.url + JWKS_PATH)).json()) as { keys: JWK[] }
  const [key] = answer.keys
  if (!key) throw new Error('no key is published')
  return key
}

/** The claims the token of a session would have, whoever signs it. */
function claimsOf(token: string): Pick<TokenClaims, 'sub' | 'username' | 'email' | 'sid'> {
  const { sub = '', username = '', email = '', sid = '' } = readUnverifiedClaims(token) ?? {}
  return { sub, username, email, sid }
}

const inBytes = (text: string) => new TextEncoder().encode(text)
const nowSeconds = () => Math.floor(Date.now() / 1_000)

type Forged = { claims: object; secret: string; kid?: string; iat?: number }

/** As the monolith signs, with a secret that may be another. */
function signHs256({ claims, secret, kid, iat = nowSeconds() }: Forged): Promise<string> {
  return new SignJWT({ iat, exp: iat + 3_600, ...claims })
    .setProtectedHeader({ alg: 'HS256', ...(kid === undefined ? {} : { kid }) })
    .sign(inBytes(secret))
}

const ofAuth = { iss: 'emotibot-auth', aud: 'emotibot', jti: randomUUID() }
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('a token of the monolith', () => {
  it('is good for a session there is', async () => {
    const claims = claimsOf((await signUp(auth)).token)
    expect(await statusOfMe(auth, await signHs256({ claims, secret: LEGACY_SECRET }))).toBe(200)
  })

  it('in the cookie past half its life is renewed with one of ours, of the same session', async () => {
    const claims = claimsOf((await signUp(auth)).token)
    const old = await signHs256({ claims, secret: LEGACY_SECRET, iat: nowSeconds() - 2_000 })
    const headers = { cookie: `emotibot_session=${old}` }
    const answer = await auth.client.call('auth.me', { headers })
    const [, renewed = ''] = /^emotibot_session=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '') ?? []
    expect(readUnverifiedClaims(renewed)).toMatchObject({ ...claims, iss: 'emotibot-auth' })
    expect(await statusOfMe(auth, renewed)).toBe(200)
  })
})

describe('a revoked token', () => {
  it('is never renewed, by itself or in the request that revokes it', async () => {
    const { token } = await signUp(auth)
    const claims = claimsOf(token)
    const old = await signHs256({ claims, secret: LEGACY_SECRET, iat: nowSeconds() - 2_000 })
    const headers = { cookie: `emotibot_session=${old}`, origin: auth.url }
    const out = await auth.client.call('auth.logout', { headers })
    expect([out.status, out.headers.get('set-cookie')]).toEqual([
      204,
      expect.stringMatching(/^emotibot_session=;/),
    ])
    const after = await auth.client.call('auth.me', { headers })
    expect([after.status, after.headers.get('set-cookie')]).toEqual([401, null])
  })

  it('can neither change the password nor delete the account', async () => {
    const { person, token } = await signUp(auth)
    const headers = bearer(token)
    await auth.client.call('auth.logout_all', { headers })
    const body = { current_password: person.password, new_password: 'x' }
    expect((await auth.client.call('auth.password', { headers, body })).status).toBe(401)
    expect((await auth.client.call('auth.delete', { headers })).status).toBe(401)
    expect((await auth.client.call('auth.logout', { headers })).status).toBe(401)
  })
})

describe('401 is answered to', () => {
  it('HS256 signed with the public key as PEM, as JWK or as its bytes', async () => {
    const claims = { ...claimsOf((await signUp(auth)).token) }
    const pem = createPublicKey({ key: { ...jwk }, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
    for (const secret of [String(pem), JSON.stringify(jwk), jwk.x ?? '']) {
      for (const forged of [claims, { ...claims, ...ofAuth }])
        expect(await statusOfMe(auth, await signHs256({ claims: forged, secret, kid: jwk.kid ?? '' }))).toBe(
          401,
        )
    }
  })

  it('HS256 of the monolith in the name of this service', async () => {
    const claims = { ...claimsOf((await signUp(auth)).token), ...ofAuth }
    expect(
      await statusOfMe(auth, await signHs256({ claims, secret: LEGACY_SECRET, kid: jwk.kid ?? '' })),
    ).toBe(401)
  })

  it('alg none', async () => {
    const claims = claimsOf((await signUp(auth)).token)
    const times = { iat: nowSeconds(), exp: nowSeconds() + 3_600 }
    for (const forged of [claims, { ...claims, ...ofAuth }])
      expect(await statusOfMe(auth, `${part({ alg: 'none' })}.${part({ ...forged, ...times })}.`)).toBe(401)
  })

  it('an EdDSA header over an HS256 body, and the other way round', async () => {
    const { token } = await signUp(auth)
    const [, body, mac] = (await signHs256({ claims: claimsOf(token), secret: LEGACY_SECRET })).split('.')
    expect(await statusOfMe(auth, `${part({ alg: 'EdDSA', kid: jwk.kid })}.${body}.${mac}`)).toBe(401)
    const [, ours, signature] = token.split('.')
    expect(await statusOfMe(auth, `${part({ alg: 'HS256' })}.${ours}.${signature}`)).toBe(401)
  })

  it('an unknown kid', async () => {
    const [header = '', body, signature] = (await signUp(auth)).token.split('.')
    const known: object = JSON.parse(Buffer.from(header, 'base64url').toString()) as object
    expect(await statusOfMe(auth, `${part({ ...known, kid: randomUUID() })}.${body}.${signature}`)).toBe(401)
  })

  it('a forged sid: one there never was, and that of another user', async () => {
    const [mine, other] = [await signUp(auth), await signUp(auth)]
    for (const sid of [randomUUID(), claimsOf(other.token).sid, '', "' or true --"]) {
      const claims = { ...claimsOf(mine.token), sid }
      expect(await statusOfMe(auth, await signHs256({ claims, secret: LEGACY_SECRET }))).toBe(401)
    }
    const [header, , signature] = mine.token.split('.')
    const claims = { ...readUnverifiedClaims(mine.token), sid: claimsOf(other.token).sid }
    expect(await statusOfMe(auth, `${header}.${part(claims)}.${signature}`)).toBe(401)
  })

  it('a token of a deleted user, of either side', async () => {
    const { token } = await signUp(auth)
    await auth.client.call('auth.delete', { headers: bearer(token) })
    const legacy = await signHs256({ claims: claimsOf(token), secret: LEGACY_SECRET })
    expect([await statusOfMe(auth, token), await statusOfMe(auth, legacy)]).toEqual([401, 401])
  })

  it('a token of a session past its 30 days', async () => {
    const { token } = await signUp(auth)
    const past = Date.now() - 1
    await database.write(
      'auth',
      (tx) => tx`update sessions set expires_at_ms = ${past} where id = ${claimsOf(token).sid}`,
    )
    expect(await statusOfMe(auth, token)).toBe(401)
  })

  it('each in the same words', async () => {
    const { token } = await signUp(auth)
    await auth.client.call('auth.logout', { headers: bearer(token) })
    const answers = await Promise.all(
      [token, 'a.b.c', 'x'].map((bad) => auth.client.call('auth.me', { headers: bearer(bad) })),
    )
    for (const { body } of answers)
      expect(body).toMatchObject({ message: 'This token is not good, or not any more. Sign in again.' })
  })
})

describe('the published keys', () => {
  it('are public, and enough for others to verify our tokens', async () => {
    expect(Object.keys(jwk).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
    const { person, token } = await signUp(auth)
    const jwksUrl = auth.url + JWKS_PATH
    const other = await createTokenVerifier({ legacySecret: LEGACY_SECRET, jwksUrl, jwksFile: null })
    expect(await other.verify(token)).toMatchObject({ username: person.username })
    other.close()
  })
})
