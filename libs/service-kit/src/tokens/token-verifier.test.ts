import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AUTH_AUDIENCE, AUTH_ISSUER } from '@emotibot/contracts'
import { exportJWK, type JWK, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTokenVerifier, type TokenVerifier } from './token-verifier.ts'

type Signer = { jwk: JWK; token: () => Promise<string> }

async function createSigner(kid: string): Promise<Signer> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const claims = { sub: 'u1', username: 'Ann', email: 'a@b', sid: 's1', jti: 'j1' }
  return {
    jwk: { ...(await exportJWK(publicKey)), kid },
    token: () =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'EdDSA', kid })
        .setIssuer(AUTH_ISSUER)
        .setAudience(AUTH_AUDIENCE)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(privateKey),
  }
}

/** What stands for auth: it answers what `answer` holds, and counts. */
class KeyServer {
  answer = ''
  requests = 0
  readonly #server: Server = createServer((_request, response) => {
    this.requests += 1
    response.end(this.answer)
  })

  publish(...signers: Signer[]): void {
    this.answer = JSON.stringify({ keys: signers.map(({ jwk }) => jwk) })
  }
  async listen(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/internal/jwks`
  }
  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

const first = await createSigner('k1')
const second = await createSigner('k2')

let folder: string
let jwksFile: string
let auth: KeyServer
let jwksUrl: string
let nowMs = 0
const verifiers: TokenVerifier[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'token-keys-'))
  jwksFile = join(folder, 'inner', 'jwks.json')
  auth = new KeyServer()
  auth.publish(first)
  jwksUrl = await auth.listen()
})
afterEach(async () => {
  for (const verifier of verifiers.splice(0)) verifier.close()
  auth.close()
  await rm(folder, { recursive: true })
})

async function start(): Promise<TokenVerifier> {
  const verifier = await createTokenVerifier({ legacySecret: 's', jwksUrl, jwksFile, now: () => nowMs })
  verifiers.push(verifier)
  return verifier
}

const refused = { code: 'UNAUTHENTICATED' }
/** Nobody can say whether it is good. */
const unread = { code: 'BUSY', headers: { 'retry-after': '1' } }

describe('a verifier', () => {
  it('fetches the keys and keeps them on disk', async () => {
    const verifier = await start()
    expect(await verifier.verify(await first.token())).toMatchObject({ username: 'Ann' })
    await expect.poll(() => readFile(jwksFile, 'utf8').catch(() => '')).toBe(auth.answer)
  })

  it('starts and verifies while auth is down, from what is on disk', async () => {
    await (await start()).verify(await first.token())
    await expect.poll(() => readFile(jwksFile, 'utf8').catch(() => '')).toBe(auth.answer)
    auth.close()
    const restarted = await start()
    expect(await restarted.verify(await first.token())).toMatchObject({ sub: 'u1' })
  })

  it('that started before auth has its keys soon after, also when no token needs them', async () => {
    const keys = auth.answer
    auth.answer = ''
    const verifier = await start()
    await expect.poll(() => auth.requests).toBe(1)
    auth.answer = keys
    await expect.poll(() => readFile(jwksFile, 'utf8').catch(() => ''), { timeout: 10_000 }).toBe(keys)
    auth.close()
    expect(await verifier.verify(await first.token())).toMatchObject({ sub: 'u1' })
  })

  it('goes on with the keys it has when auth is long down, or answers nonsense', async () => {
    const verifier = await start()
    await verifier.verify(await first.token())
    for (const nonsense of [
      '',
      '{"keys":[]}',
      '[]',
      '<html>',
      '{"keys":[{"kty":"oct","kid":"k1","k":"AA"}]}',
    ]) {
      auth.answer = nonsense
      nowMs += 24 * 3_600_000
      await expect(verifier.verify(await second.token())).rejects.toMatchObject(unread)
      expect(await verifier.verify(await first.token())).toMatchObject({ sub: 'u1' })
    }
    auth.close()
    nowMs += 24 * 3_600_000
    await expect(verifier.verify(await second.token())).rejects.toMatchObject(unread)
    expect(await verifier.verify(await first.token())).toMatchObject({ sub: 'u1' })
  })

  it('is quiet about an auth that comes up a little later, and not about one that stays away', async () => {
    auth.answer = ''
    const troubles: string[] = []
    const onTrouble = (what: string) => void troubles.push(what)
    const verifier = await createTokenVerifier({
      legacySecret: 's',
      jwksUrl,
      jwksFile,
      onTrouble,
      now: () => nowMs,
    })
    verifiers.push(verifier)
    await expect(verifier.verify(await first.token())).rejects.toMatchObject(unread)
    expect(troubles).toEqual([])
    nowMs += 60_000
    await expect(verifier.verify(await first.token())).rejects.toMatchObject(unread)
    expect(troubles).toEqual(['token keys could not be refreshed'])
  })

  it('asks once for an unknown key, finds a new one, and drops one that auth dropped', async () => {
    const verifier = await start()
    await verifier.verify(await first.token())
    auth.publish(second)
    expect(await verifier.verify(await second.token())).toMatchObject({ sub: 'u1' })
    await expect(verifier.verify(await first.token())).rejects.toMatchObject(refused)
  })

  it('finds a key that auth made a moment after it was asked for another', async () => {
    const verifier = await start()
    const unknown = await createSigner('x')
    await expect(verifier.verify(await unknown.token())).rejects.toMatchObject(refused)
    auth.publish(second)
    expect(await verifier.verify(await second.token())).toMatchObject({ sub: 'u1' })
  })

  it('does not turn a flood of unknown keys into requests', async () => {
    const verifier = await start()
    await verifier.verify(await first.token())
    const before = auth.requests
    const flood = await Promise.all(
      Array.from({ length: 50 }, async (_, n) => (await createSigner(`x${n}`)).token()),
    )
    await Promise.allSettled(flood.map((token) => verifier.verify(token)))
    await Promise.allSettled(flood.map((token) => verifier.verify(token)))
    expect(auth.requests - before).toBe(2)
  })

  it.each(['', 'half of {"keys"', '{"keys":[null,1]}'])('takes a broken file (%j) for none', async (text) => {
    await rm(join(folder, 'inner'), { recursive: true, force: true })
    await writeFile(join(folder, 'broken.json'), text)
    jwksFile = join(folder, 'broken.json')
    expect(await (await start()).verify(await first.token())).toMatchObject({ sub: 'u1' })
  })

  it('knows only the tokens of the monolith where there is no auth service', async () => {
    const verifier = await createTokenVerifier({ legacySecret: 's', jwksUrl: null, jwksFile: null })
    await expect(verifier.verify(await first.token())).rejects.toMatchObject(refused)
  })
})
