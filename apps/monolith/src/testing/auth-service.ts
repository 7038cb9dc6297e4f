import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AUTH_AUDIENCE, AUTH_ISSUER } from '@emotibot/contracts'
import { exportJWK, SignJWT } from 'jose'
import { onTestFinished } from 'vitest'

export type Subject = { readonly sub: string; readonly username: string; readonly sid?: string }

/** What of the auth service the monolith sees: published keys, and tokens signed with them. Gone with the test. */
export async function startAuthService() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1' }
  const server = createServer((_request, response) => response.end(JSON.stringify({ keys: [jwk] })))
  const close = async () => {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  }
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    publicKey,
    close,
    sign: ({ sid = randomUUID(), ...who }: Subject, { ageSeconds = 0 } = {}): Promise<string> => {
      const iat = Math.floor(Date.now() / 1_000) - ageSeconds
      return new SignJWT({ ...who, email: '', sid, iat, exp: iat + 3_600 })
        .setProtectedHeader({ alg: 'EdDSA', kid: 'k1' })
        .setIssuer(AUTH_ISSUER)
        .setAudience(AUTH_AUDIENCE)
        .setJti(randomUUID())
        .sign(privateKey)
    },
  }
}
