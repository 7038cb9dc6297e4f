import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AUTH_AUDIENCE, AUTH_ISSUER } from '@emotibot/contracts'
import { exportJWK, SignJWT } from 'jose'
import { expect, it, onTestFinished } from 'vitest'
import { ownedStore, startConversation, tokenOf } from './testing/start-conversation.ts'

/** What of the auth service is seen here: its published keys, and tokens signed with them. */
async function startAuth() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1' }
  const server = createServer((_request, response) => response.end(JSON.stringify({ keys: [jwk] })))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const iat = Math.floor(Date.now() / 1_000)
  const claims = { sub: 'ann', username: 'ann', email: 'ann@example.org', sid: randomUUID() }
  const token = await new SignJWT({ ...claims, iat, exp: iat + 3_600 })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'k1' })
    .setIssuer(AUTH_ISSUER)
    .setAudience(AUTH_AUDIENCE)
    .setJti(randomUUID())
    .sign(privateKey)
  const close = async () => {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token, close }
}

const statusOf = async ({ url }: { readonly url: string }, token: string) =>
  (await fetch(`${url}/api/conversations`, { headers: { authorization: `Bearer ${token}` } })).status

it('tokens of either side are good, also after a restart while auth is down', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'emotibot-keys-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const [auth, store] = [await startAuth(), await ownedStore()]
  const env = { EMOTIBOT_AUTH_URL: auth.url, EMOTIBOT_DATA_DIR: dataDir }
  const first = await startConversation(env, store)
  expect([await statusOf(first, auth.token), await statusOf(first, tokenOf('bob'))]).toEqual([200, 200])
  await first.close()
  await auth.close()
  const second = await startConversation(env, store)
  expect([await statusOf(second, auth.token), await statusOf(second, tokenOf('bob'))]).toEqual([200, 200])
})

it("tokens of auth are refused where there is no auth service, and the monolith's are good", async () => {
  const auth = await startAuth()
  await auth.close()
  const service = await startConversation()
  expect([await statusOf(service, auth.token), await statusOf(service, tokenOf('bob'))]).toEqual([401, 200])
})
