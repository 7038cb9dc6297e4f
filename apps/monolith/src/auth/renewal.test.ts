import { readUnverifiedClaims } from '@emotibot/contracts'
import { describe, expect, it } from 'vitest'
import { type Monolith, newcomer, SECRET, startMonolith } from '../testing/start-monolith.ts'
import { createTokens } from './tokens.ts'

const HOURS_MS = 3_600_000

/** A token of a session of now, as it would be had it been signed some hours ago. */
async function oldToken(token: string, ageHours: number): Promise<string> {
  const { sub = '', username = '', email = '', sid = '' } = readUnverifiedClaims(token) ?? {}
  const sessionExpiresAtMs = Date.now() + 24 * HOURS_MS
  return createTokens(SECRET).sign(
    { sub, username, email, sid, sessionExpiresAtMs },
    Date.now() - ageHours * HOURS_MS,
  )
}

const ask = (monolith: Monolith, path: string, headers: Record<string, string>) =>
  fetch(`${monolith.url}${path}`, { headers })

describe('a session outlives its token', () => {
  it('is renewed by asking who is signed in, with a cookie past its hour', async () => {
    const monolith = await startMonolith()
    const { token } = await newcomer(monolith, 'ann')
    const cookie = `emotibot_session=${await oldToken(token, 100)}`
    const answer = await ask(monolith, '/api/auth/me', { cookie })
    expect(answer.status).toBe(200)
    const renewed = /^emotibot_session=[^;]+/.exec(answer.headers.get('set-cookie') ?? '')?.[0] ?? ''
    expect((await ask(monolith, '/api/conversations', { cookie: renewed })).status).toBe(200)
  })

  it('is renewed nowhere else, and for no bearer', async () => {
    const monolith = await startMonolith()
    const { token } = await newcomer(monolith, 'ann')
    const old = await oldToken(token, 2)
    expect((await ask(monolith, '/api/conversations', { cookie: `emotibot_session=${old}` })).status).toBe(
      401,
    )
    expect((await ask(monolith, '/api/auth/me', { authorization: `Bearer ${old}` })).status).toBe(401)
  })

  it('ends for good at logout, whatever its token says', async () => {
    const monolith = await startMonolith()
    const { token, headers } = await newcomer(monolith, 'ann')
    const cookie = `emotibot_session=${await oldToken(token, 2)}`
    expect((await fetch(`${monolith.url}/api/auth/logout`, { method: 'POST', headers })).status).toBe(204)
    expect((await ask(monolith, '/api/auth/me', { cookie })).status).toBe(401)
  })
})
