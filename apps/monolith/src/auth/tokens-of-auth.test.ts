import { createHmac, randomUUID } from 'node:crypto'
import { AUTH_AUDIENCE, AUTH_ISSUER, createClient, SESSION_PATH } from '@emotibot/contracts'
import { createLogger } from '@emotibot/service-kit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openStore } from '../store/open-store.ts'
import { startAuthService } from '../testing/auth-service.ts'
import { apply, applyDeletionOfUser, giveUp, nothing, openFile, without } from '../testing/other-side.ts'
import {
  type Monolith,
  newcomer,
  register,
  SECRET,
  startMonolith,
  testFolder,
} from '../testing/start-monolith.ts'
import { createSessionJudge } from './session-judge.ts'
import { createTokens } from './tokens.ts'
import { createVerifyToken } from './verify-token.ts'

const ANN = { sub: '', username: 'ann' }

async function startBoth() {
  const auth = await startAuthService()
  const env = { EMOTIBOT_AUTH_URL: auth.url, EMOTIBOT_DATA_DIR: testFolder() }
  const monolith = await startMonolith({ env })
  const user = await newcomer(monolith, 'ann')
  return { auth, env, monolith, ann: { ...ANN, sub: user.userId }, db: openFile(monolith) }
}

const by = ({ url }: Monolith, token: string) =>
  createClient({ baseUrl: url, headers: () => ({ authorization: `Bearer ${token}` }) })
const me = async (monolith: Monolith, token: string) => by(monolith, token).call('auth.me', {})
const askMe = ({ url }: Monolith, token: string) =>
  fetch(`${url}/api/auth/me`, { headers: { cookie: `emotibot_session=${token}` } })

/** A session that the other side made, brought by the mover. */
function addSession(db: ReturnType<typeof openFile>, sid: string, userId: string): void {
  const nowMs = Date.now()
  apply(db, { group: 'auth', partition: 'ann' }, () =>
    db.prepare('INSERT INTO sessions VALUES (?, ?, ?, ?)').run(sid, userId, nowMs, nowMs + 86_400_000),
  )
}

describe('a token of the auth service', () => {
  test('is good while its session is, also after a restart while auth is down', async () => {
    const { auth, env, monolith, ann, db } = await startBoth()
    const sid = randomUUID()
    addSession(db, sid, ann.sub)
    const token = await auth.sign({ ...ann, sid })
    expect(await me(monolith, token)).toMatchObject({ status: 200, body: { user: { username: 'ann' } } })
    await monolith.close()
    await auth.close()
    const again = await startMonolith({ file: monolith.file, env })
    expect((await me(again, token)).status).toBe(200)
    apply(db, { group: 'auth', partition: 'ann' }, () =>
      db.prepare('DELETE FROM sessions WHERE id = ?').run(sid),
    )
    expect((await me(again, token)).status).toBe(401)
  })

  test('is renewed by one of the monolith, which is as good', async () => {
    const { auth, monolith, ann, db } = await startBoth()
    const sid = randomUUID()
    addSession(db, sid, ann.sub)
    const answer = await askMe(monolith, await auth.sign({ ...ann, sid }, { ageSeconds: 2_000 }))
    const renewed = /^emotibot_session=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1] ?? ''
    expect((await me(monolith, renewed)).status).toBe(200)
  })

  test('is not good where the monolith knows of no auth service', async () => {
    const { auth, monolith, ann } = await startBoth()
    const alone = await startMonolith({ env: { EMOTIBOT_DATA_DIR: testFolder() } })
    await register(alone, 'ann')
    giveUp(openFile(alone), 'auth', nothing)
    expect((await me(alone, await auth.sign(ann))).status).toBe(401)
    giveUp(openFile(monolith), 'auth', nothing)
    expect((await me(monolith, await auth.sign(ann))).status).toBe(200)
  })
})

describe('401 hears a token', () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const exp = Math.floor(Date.now() / 1_000) + 3_600
  const claims = { email: '', sid: randomUUID(), iat: exp - 3_600, exp }
  const ofAuth = { iss: AUTH_ISSUER, aud: AUTH_AUDIENCE, jti: 'j' }
  const hmac = (header: object, payload: object, key: string | Buffer) => {
    const signed = `${part(header)}.${part(payload)}`
    return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
  }

  test('that confuses the algorithms of the two issuers', async () => {
    const { auth, monolith, ann, db } = await startBoth()
    giveUp(db, 'auth', nothing)
    const payload = { ...ann, ...claims }
    const pem = auth.publicKey.export({ type: 'spki', format: 'pem' })
    const genuine = await auth.sign(ann)
    const [head = '', body = '', signature = ''] = genuine.split('.')
    const withoutIssuer = part({ ...payload })
    const confused = [
      hmac({ alg: 'HS256', kid: 'k1' }, { ...payload, ...ofAuth }, SECRET),
      hmac({ alg: 'HS256', kid: 'k1' }, { ...payload, ...ofAuth }, pem),
      hmac({ alg: 'EdDSA', kid: 'k1' }, { ...payload, ...ofAuth }, pem),
      hmac({ alg: 'HS256' }, payload, pem),
      `${part({ alg: 'none' })}.${withoutIssuer}.`,
      `${part({ alg: 'none', kid: 'k1' })}.${body}.`,
      `${head}.${withoutIssuer}.${signature}`,
    ]
    expect((await me(monolith, genuine)).status).toBe(200)
    for (const token of confused) expect((await me(monolith, token)).status, token).toBe(401)
  })

  test('whose session nobody ever made', async () => {
    const { auth, monolith, ann, db } = await startBoth()
    const nowMs = Date.now()
    const forged = { ...ann, email: '', sid: randomUUID(), sessionExpiresAtMs: nowMs + 9_000_000 }
    const legacy = await createTokens(SECRET).sign(forged, nowMs)
    expect((await me(monolith, legacy)).status).toBe(401)
    expect((await me(monolith, await auth.sign(ann))).status).toBe(401)
    giveUp(db, 'auth', nothing)
    expect((await me(monolith, legacy)).status).toBe(401)
  })

  test('of a session or a user that is gone, on whichever side', async () => {
    const { auth, monolith, ann, db } = await startBoth()
    giveUp(db, 'auth', nothing)
    const ended = randomUUID()
    addSession(db, ended, ann.sub)
    apply(db, { group: 'auth', partition: 'ann' }, () =>
      db.prepare('DELETE FROM sessions WHERE id = ?').run(ended),
    )
    expect((await me(monolith, await auth.sign({ ...ann, sid: ended }))).status).toBe(401)
    const early = await auth.sign(ann)
    expect((await me(monolith, early)).status).toBe(200)
    applyDeletionOfUser(db, 'ann', ann.sub)
    for (const token of [early, await auth.sign(ann)]) {
      expect((await me(monolith, token)).status).toBe(401)
      expect((await by(monolith, token).call('conversation.create', { body: {} })).status).toBe(401)
    }
  })
})

describe('a session that has not arrived yet', () => {
  test('is good where its user is known, for reads and for writes of other groups', async () => {
    const { auth, monolith, ann, db } = await startBoth()
    giveUp(db, 'auth', without('ann'))
    const client = by(monolith, await auth.sign(ann))
    expect((await client.call('auth.me', {})).status).toBe(200)
    expect((await client.call('conversation.create', { body: {} })).status).toBe(201)
    expect((await client.call('conversation.list', {})).status).toBe(200)
    expect((await client.call('auth.logout', {})).status).toBe(409)
  })

  test('is waited for', async () => {
    const { auth, monolith, ann, db } = await startBoth()
    giveUp(db, 'auth', without('ann'))
    const exp = Math.floor(Date.now() / 1_000) + 60
    const claims = { ...ann, email: '', sid: randomUUID(), iat: 0, exp, iss: AUTH_ISSUER } as const
    const store = openStore({ file: monolith.file, logger: createLogger('test', 'silent') })
    onTestFinished(() => store.close())
    const judge = createSessionJudge({ store, now: Date.now })
    const seen: string[] = []
    const verifyToken = createVerifyToken({
      store,
      now: Date.now,
      verifier: { verify: async () => claims, close: () => undefined },
      judgeSession(reader, of) {
        const judged = judge(reader, of)
        seen.push(judged.state)
        if (seen.length === 2) addSession(db, claims.sid, ann.sub)
        return judged
      },
    })
    expect(await verifyToken(await auth.sign(ann))).toEqual(claims)
    expect(seen).toEqual(['awaited', 'awaited', 'live'])
  })

  test('is not renewed, for nobody here knows its end', async () => {
    const { auth, monolith, ann, db } = await startBoth()
    giveUp(db, 'auth', without('ann'))
    const answer = await askMe(monolith, await auth.sign(ann, { ageSeconds: 2_000 }))
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([200, null])
    const past = await askMe(monolith, await auth.sign(ann, { ageSeconds: 4_000 }))
    expect([past.status, past.headers.get('emotibot-refused')]).toEqual([421, 'misdirected'])
  })

  test('of a user who has not arrived either is the other side’s to judge', async () => {
    const { auth, monolith, db } = await startBoth()
    giveUp(db, 'auth', without('bob'))
    const answer = await me(monolith, await auth.sign({ sub: randomUUID(), username: 'Bob' }))
    expect([Number(answer.status), answer.headers.get('emotibot-refused')]).toEqual([421, 'misdirected'])
  })

  test('is told to a facade as what it is', async () => {
    const { auth, monolith, ann, db } = await startBoth()
    const ask = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` }
      return (await fetch(monolith.url + SESSION_PATH, { method: 'POST', headers })).json()
    }
    const sid = randomUUID()
    const token = await auth.sign({ ...ann, sid })
    expect(await ask(token)).toEqual({ state: 'ended', is_owner: true })
    giveUp(db, 'auth', without('ann'))
    expect(await ask(token)).toEqual({ state: 'unknown', is_owner: false })
    addSession(db, sid, ann.sub)
    expect(await ask(token)).toEqual({ state: 'live', is_owner: false })
    expect(await ask(`${token.slice(0, -9)}AAAAAAAAA`)).toEqual({ state: 'unknown', is_owner: false })
  })
})
