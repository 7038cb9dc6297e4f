import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { AUTH_AUDIENCE, AUTH_ISSUER } from '@emotibot/contracts'
import { exportJWK, importJWK, type JWTPayload, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { ApiError } from '../errors.ts'
import { createServiceToken } from './service-token.ts'
import { type TokenKeys, verifyUserToken } from './verify-user-token.ts'

const SECRET = 'a secret that only the monolith and its friends know'
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const foreign = generateKeyPairSync('ed25519')
const publicJwk = await exportJWK(publicKey)

const keys: TokenKeys = {
  legacySecret: SECRET,
  findKey: async (kid) => (kid === 'k1' ? await verifyingKey() : null),
}

async function verifyingKey() {
  const key = await importJWK(publicJwk, 'EdDSA')
  if (key instanceof Uint8Array) throw new TypeError('not a public key')
  return key
}

const person = { sub: 'u1', username: 'Émilie', email: 'e@example.org', sid: 's1' }
const issued = { ...person, iss: AUTH_ISSUER, aud: AUTH_AUDIENCE, jti: randomUUID() }
const hmac = (secret: string) => new TextEncoder().encode(secret)

type Made = { claims: JWTPayload; header?: Record<string, unknown>; key: Uint8Array | KeyObject; alg: string }

function sign({ claims, header = {}, key, alg }: Made): Promise<string> {
  const now = Math.floor(Date.now() / 1_000)
  return new SignJWT({ iat: now, exp: now + 3_600, ...claims })
    .setProtectedHeader({ alg, ...header })
    .sign(key)
}

const legacyToken = (claims: JWTPayload = person) => sign({ claims, key: hmac(SECRET), alg: 'HS256' })
const issuedToken = (claims: JWTPayload = issued, header: Record<string, unknown> = { kid: 'k1' }) =>
  sign({ claims, header, key: privateKey, alg: 'EdDSA' })

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const inAnHour = Math.floor(Date.now() / 1_000) + 3_600

function withClaims(token: string, changed: object): string {
  const [header, body, signature] = token.split('.')
  const claims: unknown = JSON.parse(Buffer.from(body ?? '', 'base64url').toString())
  return `${header}.${part(Object.assign({}, claims, changed))}.${signature}`
}

async function statusOf(token: string, given: TokenKeys = keys): Promise<number> {
  try {
    await verifyUserToken(token, given)
    return 200
  } catch (thrown) {
    if (thrown instanceof ApiError) return thrown.status
    throw thrown
  }
}

describe('a good token', () => {
  it('of the monolith gives its claims', async () => {
    const claims = await verifyUserToken(await legacyToken(), keys)
    expect(claims).toMatchObject(person)
    expect(claims).not.toHaveProperty('iss')
  })

  it('of the auth service gives its claims and who issued it, and nothing beside them', async () => {
    const claims = await verifyUserToken(await issuedToken(), keys)
    expect(Object.keys(claims).sort()).toEqual(['email', 'exp', 'iat', 'iss', 'sid', 'sub', 'username'])
    expect(claims).toMatchObject({ ...person, iss: AUTH_ISSUER })
  })

  it('of the monolith is bad once its secret is retired', async () => {
    expect(await statusOf(await legacyToken(), { ...keys, legacySecret: null })).toBe(401)
  })
})

describe('a confused algorithm is refused:', () => {
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const publicDer = publicKey.export({ type: 'spki', format: 'der' })
  const rawPublicKey = Buffer.from(publicJwk.x ?? '', 'base64url')

  it.each([
    ['PEM', hmac(publicPem)],
    ['PEM without its last newline', hmac(publicPem.trim())],
    ['DER', new Uint8Array(publicDer)],
    ['raw bytes', new Uint8Array(rawPublicKey)],
    ['JWK', hmac(JSON.stringify(publicJwk))],
    ["JWK's x", hmac(publicJwk.x ?? '')],
  ])('HS256 signed with the public key as %s', async (_form, key) => {
    const header = { kid: 'k1' }
    expect(await statusOf(await sign({ claims: issued, header, key, alg: 'HS256' }))).toBe(401)
    expect(await statusOf(await sign({ claims: person, header, key, alg: 'HS256' }))).toBe(401)
  })

  it('HS256 signed with the legacy secret in the name of the auth service', async () => {
    const header = { kid: 'k1' }
    expect(await statusOf(await sign({ claims: issued, header, key: hmac(SECRET), alg: 'HS256' }))).toBe(401)
  })

  it('EdDSA in the name of the monolith', async () => {
    expect(await statusOf(await issuedToken(person))).toBe(401)
  })

  it('an EdDSA header over an HS256 body', async () => {
    const [, body, signature] = (await legacyToken()).split('.')
    expect(await statusOf(`${part({ alg: 'EdDSA', kid: 'k1' })}.${body}.${signature}`)).toBe(401)
    const [, forged, mac] = (await sign({ claims: issued, key: hmac(SECRET), alg: 'HS256' })).split('.')
    expect(await statusOf(`${part({ alg: 'EdDSA', kid: 'k1' })}.${forged}.${mac}`)).toBe(401)
  })

  it.each(['none', 'None', 'NONE', 'nOnE', '', undefined])('alg %j', async (alg) => {
    for (const claims of [person, issued]) {
      const body = part({ ...claims, iat: 1, exp: inAnHour })
      expect(await statusOf(`${part({ alg, kid: 'k1' })}.${body}.`)).toBe(401)
      expect(await statusOf(`${part({ alg, kid: 'k1' })}.${body}.AAAA`)).toBe(401)
    }
  })

  it.each(['HS384', 'HS512'])('%s with the right secret', async (alg) => {
    expect(await statusOf(await sign({ claims: person, key: hmac(SECRET.repeat(2)), alg }))).toBe(401)
  })
})

describe('a forged or foreign token is refused:', () => {
  it.each([{ sid: 's2' }, { sub: 'u2' }, { exp: inAnHour * 2 }, { username: 'root' }])(
    '%j put into a genuine one',
    async (changed) => {
      expect(await statusOf(withClaims(await legacyToken(), changed))).toBe(401)
      expect(await statusOf(withClaims(await issuedToken(), changed))).toBe(401)
    },
  )

  it.each([{ kid: 'k2' }, { kid: '../k1' }, { kid: 1 }, { kid: null }, {}])('header %j', async (header) => {
    expect(await statusOf(await issuedToken(issued, header))).toBe(401)
  })

  it("a key of the token's own in its header", async () => {
    const jwk = await exportJWK(foreign.publicKey)
    const header = { kid: 'k1', jwk, jku: 'http://127.0.0.1/jwks', x5u: 'http://127.0.0.1/x' }
    const token = await sign({ claims: issued, header, key: foreign.privateKey, alg: 'EdDSA' })
    expect(await statusOf(token)).toBe(401)
  })

  it.each([
    { ...issued, iss: 'somebody' },
    { ...issued, iss: null },
    { ...issued, iss: [AUTH_ISSUER] },
    { ...issued, iss: `${AUTH_ISSUER} ` },
    { ...issued, aud: 'another' },
    { ...issued, aud: undefined },
  ])('issuer and audience of %j', async (claims) => {
    // JSON.stringify drops undefined; null and a list are not what the types of jose allow.
    expect(await statusOf(await issuedToken(claims as unknown as JWTPayload))).toBe(401)
    const byMonolith = sign({ claims: claims as unknown as JWTPayload, key: hmac(SECRET), alg: 'HS256' })
    expect(await statusOf(await byMonolith)).toBe(401)
  })

  it('one that is past its time', async () => {
    const past = { iat: 1, exp: 2 }
    expect(await statusOf(await legacyToken({ ...person, ...past }))).toBe(401)
    expect(await statusOf(await issuedToken({ ...issued, ...past }))).toBe(401)
  })

  it.each(['sub', 'username', 'email', 'sid', 'iat', 'exp'])('one without %s', async (claim) => {
    expect(await statusOf(await legacyToken({ ...person, [claim]: undefined }))).toBe(401)
    expect(await statusOf(await issuedToken({ ...issued, [claim]: undefined }))).toBe(401)
  })

  it('a token between services', async () => {
    const token = await createServiceToken({ secret: SECRET, caller: 'facade', audience: AUTH_AUDIENCE })
    expect(await statusOf(token)).toBe(401)
  })

  it.each(['', '.', '..', 'a.b.c', 'null', `${part({ alg: 'HS256' })}.${part(null)}.`, 'x'.repeat(9_000)])(
    'what is no token: %s',
    async (token) => {
      expect(await statusOf(token)).toBe(401)
    },
  )
})
