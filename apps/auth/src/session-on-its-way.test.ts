import { randomUUID } from 'node:crypto'
import { INTERNAL_HEADERS, SESSION_PATH } from '@emotibot/contracts'
import { OWNS_ALL, OWNS_NONE } from '@emotibot/sync'
import { SignJWT } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import { serveForFile } from './testing/serve-for-file.ts'
import { bearer, LEGACY_SECRET, newPerson, startAuth } from './testing/start-auth.ts'

const { database, auth } = await serveForFile()

type Session = { readonly sub: string; readonly username: string; readonly sid: string }

/** A user of the other side, of whom this store knows, and a session there of which it does not. */
async function signInElsewhere(): Promise<Session> {
  const { username } = newPerson()
  const sub = randomUUID()
  await arrive(
    (tx) => tx`
      insert into users (id, username, username_key, email, email_key, is_active, revision)
      values (${sub}, ${username}, ${username}, '', '', true, 1)`,
  )
  return { sub, username, sid: randomUUID() }
}

type Work = Parameters<typeof database.write>[1]

const MARK = JSON.stringify({ group: 'auth', epoch: 1, origin: 'monolith', partition: null })

/** What the mover brings: under its own mark, whoever owns the row. */
async function arrive(work: Work): Promise<void> {
  await database.sql.begin(async (tx) => {
    await tx`select set_config('emotibot.mark', ${MARK}, true)`
    await work(tx)
  })
}

const arriveSession = ({ sid, sub }: Session) =>
  arrive((tx) => tx`insert into sessions values (${sid}, ${sub}, 1, ${Date.now() + 60_000}, null)`)

const seconds = () => Math.floor(Date.now() / 1_000)

/** As the monolith signs. */
function byMonolith(claims: Session, iat = seconds()): Promise<string> {
  return new SignJWT({ ...claims, email: '', iat, exp: iat + 3_600 })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(LEGACY_SECRET))
}

/** As the service itself signs, as if another store than this one had the session. */
async function byService(claims: Session): Promise<string> {
  await arriveSession(claims)
  const cookie = `emotibot_session=${await byMonolith(claims, seconds() - 2_000)}`
  const answer = await auth.client.call('auth.me', { headers: { cookie } })
  const [, token = ''] = /^emotibot_session=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '') ?? []
  await arrive(async (tx) => {
    await tx`delete from sessions where id = ${claims.sid}`
    await tx`delete from tombstones where key = ${claims.sid}`
  })
  return token
}

const me = (token: string) => auth.client.call('auth.me', { headers: bearer(token) })

describe.each([
  ['the monolith', byMonolith],
  ['the service', byService],
])('a token of %s whose session has not arrived', (_issuer, sign) => {
  beforeEach(() => database.own('auth', OWNS_NONE))

  it('is waited for, and good once it is there', async () => {
    const session = await signInElsewhere()
    const token = await sign(session)
    const waiting = me(token)
    await arriveSession(session)
    expect((await waiting).status).toBe(200)
  })

  it('is believed when it does not come, for its user is known', async () => {
    const session = await signInElsewhere()
    const answer = await me(await sign(session))
    expect([answer.status, answer.body]).toMatchObject([200, { user: { username: session.username } }])
  })

  it('is 401 when it or its user was deleted for good', async () => {
    for (const entity of ['session', 'user'] as const) {
      const session = await signInElsewhere()
      const token = await sign(session)
      const key = entity === 'session' ? session.sid : session.sub
      await database.sql`insert into tombstones (entity, key, epoch) values (${entity}, ${key}, 1)`
      expect((await me(token)).status).toBe(401)
    }
  })

  it('is 401 when the session is here and over, or is somebody else’s', async () => {
    const [mine, other] = [await signInElsewhere(), await signInElsewhere()]
    const [ended, stolen] = [await sign(mine), await sign({ ...mine, sid: other.sid })]
    await arriveSession(other)
    await arrive((tx) => tx`insert into sessions values (${mine.sid}, ${mine.sub}, 1, 2, null)`)
    expect([(await me(ended)).status, (await me(stolen)).status]).toEqual([401, 401])
  })

  it('is 401 at the store that owns its user, where whatever there is has arrived', async () => {
    const token = await sign(await signInElsewhere())
    await database.own('auth', OWNS_ALL)
    expect((await me(token)).status).toBe(401)
  })

  it('changes nothing: a write is for the owner to judge', async () => {
    const token = await sign(await signInElsewhere())
    expect((await auth.client.call('auth.logout', { headers: bearer(token) })).status).toBe(409)
    expect((await auth.client.call('auth.delete', { headers: bearer(token) })).status).toBe(409)
  })
})

describe('a facade that asks about a token of the monolith', () => {
  const ask = async (token: string) => {
    const answer = await fetch(auth.url + SESSION_PATH, { method: 'POST', headers: bearer(token) })
    return (await answer.json()) as unknown
  }

  it('hears what is known of its session, and who may say so', async () => {
    await database.own('auth', OWNS_NONE)
    const session = await signInElsewhere()
    const old = await byMonolith(session, seconds() - 4_000)
    expect(await ask(old)).toEqual({ state: 'unknown', is_owner: false })
    await database.own('auth', OWNS_ALL)
    expect(await ask(old)).toEqual({ state: 'ended', is_owner: true })
    await arriveSession(session)
    expect(await ask(old)).toEqual({ state: 'live', is_owner: true })
    await database.own('auth', OWNS_NONE)
    await arrive((tx) => tx`update sessions set revoked_at_ms = 1 where id = ${session.sid}`)
    expect(await ask(old)).toEqual({ state: 'ended', is_owner: false })
  })

  it('hears only who owns its user when it cannot be verified', async () => {
    await database.own('auth', OWNS_ALL)
    const [header, body] = (await byMonolith(await signInElsewhere())).split('.')
    expect(await ask(`${header}.${body}.${'x'.repeat(43)}`)).toEqual({ state: 'unknown', is_owner: true })
  })
})

describe('of the monolith’s tokens', () => {
  beforeEach(() => database.own('auth', OWNS_NONE))

  it('one of a user nobody here knows of is for the other side to judge', async () => {
    const stranger = { sub: randomUUID(), username: newPerson().username, sid: randomUUID() }
    const answer = await me(await byMonolith(stranger))
    expect([answer.status, answer.headers.get(INTERNAL_HEADERS.refused)]).toEqual([421, 'misdirected'])
  })

  it('one past its time is not believed, and one past half its life is not renewed, before the session is there', async () => {
    const session = await signInElsewhere()
    const ask = async (iat: number) => {
      const cookie = `emotibot_session=${await byMonolith(session, iat)}`
      return auth.client.call('auth.me', { headers: { cookie } })
    }
    expect((await ask(seconds() - 4_000)).status).toBe(421)
    const old = await ask(seconds() - 2_000)
    expect([old.status, old.headers.get('set-cookie')]).toEqual([200, null])
  })
})

it('a session that comes between two questions is found by the second', async () => {
  await database.own('auth', OWNS_NONE)
  const replica = await startAuth(database.url)
  const session = await signInElsewhere()
  const token = await byMonolith(session)
  const asked = Array.from({ length: 20 }, () => replica.client.call('auth.me', { headers: bearer(token) }))
  await arriveSession(session)
  expect(new Set((await Promise.all(asked)).map(({ status }) => status))).toEqual(new Set([200]))
  await replica.close()
})
