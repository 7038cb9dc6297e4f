import { type Client, INTERNAL_ERRORS, INTERNAL_HEADERS, POSITION_HEADER } from '@emotibot/contracts'
import { createTestStore, type TestStore } from '@emotibot/service-store/testing'
import { OWNS_ALL, OWNS_NONE } from '@emotibot/sync'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { schemaSteps } from './schema-steps.ts'
import { bearer, newPerson, type RunningAuth, signUp, startAuth } from './testing/start-auth.ts'

let database: TestStore
let auth: RunningAuth
beforeEach(async () => {
  database = await createTestStore(schemaSteps)
  // One password at a time, and nobody waits: whatever begins to hash beside another is told 503.
  auth = await startAuth(database.url, { EMOTIBOT_HASHES_AT_ONCE: '1', EMOTIBOT_HASHES_WAITING: '0' })
})
afterEach(async () => {
  await auth.close()
  await database.drop()
})

const register = (client: Client) => client.call('auth.register', { body: newPerson() })
const login = (username: string, password = 'correct horse') =>
  auth.client.call('auth.login', { body: { username, password } })
const together = <T>(act: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: 8 }, act))
const feedOf = (entity: string) =>
  database.sql<{ key: string; write_group: string; origin: string; partition: string }[]>`
    select key, write_group, origin, partition from feed where entity = ${entity} order by seq`

async function ownEverything(): Promise<void> {
  await database.own('auth.claim', OWNS_ALL)
  await database.own('auth', OWNS_ALL)
}

describe('a fresh database', () => {
  it('owns nothing: a write is refused unexecuted, with the row that refused it', async () => {
    const answer = await register(auth.client)
    expect([answer.status, answer.headers.get(INTERNAL_HEADERS.refused)]).toEqual([
      INTERNAL_ERRORS.STALE_EPOCH.status,
      'stale-epoch',
    ])
    expect(answer.body).toEqual({
      error: 'Stale epoch',
      code: 'STALE_EPOCH',
      message: expect.stringContaining('auth.claim'),
      request_id: expect.any(String),
      authority: { group: 'auth.claim', epoch: 1, rule: OWNS_NONE },
    })
    expect(await database.sql`select 1 from users`).toEqual([])
  })

  it('takes writes once it was opened, and none after it was given up', async () => {
    await database.own('auth.claim', OWNS_ALL)
    expect((await register(auth.client)).status).toBe(201)
    await database.own('auth.claim', OWNS_NONE)
    expect((await register(auth.client)).status).toBe(409)
  })

  it('sends everybody elsewhere to sign in', async () => {
    const answer = await login('anybody')
    expect([answer.status, answer.headers.get(INTERNAL_HEADERS.refused)]).toEqual([421, 'misdirected'])
  })
})

describe('a database that owns some', () => {
  it('signs in by e-mail whom it owns, and sends whom it does not elsewhere', async () => {
    await database.own('auth.claim', OWNS_ALL)
    const [mine, theirs] = [newPerson(), newPerson()]
    for (const body of [mine, theirs]) await auth.client.call('auth.register', { body })
    await database.own('auth', { ...OWNS_NONE, allow: [mine.username] })
    const answers = [await login(mine.email), await login(theirs.email), await login('nobody at all')]
    expect(answers.map(({ status }) => status)).toEqual([200, 421, 401])
  })

  it('hashes nothing for those it does not own', async () => {
    await ownEverything()
    const { person, token } = await signUp(auth)
    await database.own('auth', OWNS_NONE)
    await database.own('auth.claim', OWNS_NONE)
    const change = { current_password: person.password, new_password: 'x' }
    const statuses = [
      ...(await together(() => login(person.username))),
      ...(await together(() => login('nobody at all'))),
      ...(await together(() => register(auth.client))),
      ...(await together(() => auth.client.call('auth.password', { headers: bearer(token), body: change }))),
    ].map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([421, 409]))
  })

  it('sends a login elsewhere also when its user goes while the password is looked at', async () => {
    await ownEverything()
    const { person } = await signUp(auth)
    const answer = await database.sql.begin(async (tx) => {
      // Every write waits at the group's lock, which comes after the hashing.
      await tx`select pg_advisory_xact_lock(hashtextextended('emotibot group auth', 0))`
      const running = login(person.username)
      const isWaiting = () => database.sql`
        select 1 from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`
      await expect.poll(isWaiting, { timeout: 10_000 }).toHaveLength(1)
      await tx`update authority set epoch = epoch + 1, high = 0 where write_group = 'auth'`
      return { running }
    })
    expect((await answer.running).status).toBe(421)
  })
})

describe('the answer to a write', () => {
  it('carries its position, and the sessions it ended', async () => {
    await ownEverything()
    const { person, token } = await signUp(auth)
    const other = await login(person.username)
    const [store] = await database.sql`select id from store`
    const isPosition = expect.stringMatching(new RegExp(`^${store?.['id']}\\.[a-z0-9]+$`))
    expect(other.headers.get(POSITION_HEADER)).toEqual(isPosition)
    const answer = await auth.client.call('auth.logout_all', { headers: bearer(token) })
    const ended = await database.sql`select id from sessions`
    expect(answer.headers.get(POSITION_HEADER)).toEqual(isPosition)
    expect(answer.headers.get(INTERNAL_HEADERS.revoked)?.split(',').sort()).toEqual(
      ended.map(({ id }) => id).sort(),
    )
    expect(ended).toHaveLength(2)
  })

  it('names every other session after a new password, and every one after the last goodbye', async () => {
    await ownEverything()
    const { person, token } = await signUp(auth)
    await login(person.username)
    const revokedBy = async (call: Promise<{ headers: Headers }>) =>
      (await call).headers.get(INTERNAL_HEADERS.revoked)?.split(',').length
    const body = { current_password: person.password, new_password: 'new' }
    expect(await revokedBy(auth.client.call('auth.password', { headers: bearer(token), body }))).toBe(1)
    await login(person.username, 'new')
    expect(await revokedBy(auth.client.call('auth.delete', { headers: bearer(token) }))).toBe(2)
  })

  it('is not given before what its client has seen elsewhere is here', async () => {
    await ownEverything()
    const { token } = await signUp(auth)
    const place = { store: 'aaaaaaaaaa', xid: '0', seq: 4, anchor: null }
    await database.sql`insert into places values ('monolith', 'aaaaaaaaaa', ${database.sql.json(place)})`
    const me = (seen: string) =>
      auth.client.call('auth.me', { headers: { ...bearer(token), [POSITION_HEADER]: seen } })
    expect((await me('aaaaaaaaaa.4')).status).toBe(200)
    const early = await me('aaaaaaaaaa.5')
    expect([early.status, early.headers.get(INTERNAL_HEADERS.refused)]).toEqual([503, 'behind'])
    const waiting = me('aaaaaaaaaa.5')
    await database.sql`update places set place = ${database.sql.json({ ...place, seq: 5 })}`
    expect((await waiting).status).toBe(200)
  })
})

describe('the feed', () => {
  it('names every row that a write touched, under its mark', async () => {
    await ownEverything()
    const { person, token } = await signUp(auth)
    await auth.client.call('auth.logout', { headers: bearer(token) })
    const partition = person.username
    const users = await feedOf('user')
    expect(users).toMatchObject([{ write_group: 'auth.claim', origin: 'service', partition }])
    const mark = { write_group: 'auth', origin: 'service', partition }
    expect(await feedOf('session')).toMatchObject([mark, mark])
  })

  it('names the answer that is kept with a registration', async () => {
    await ownEverything()
    const body = newPerson()
    await auth.client.call('auth.register', { body, headers: { 'idempotency-key': 'fed-1' } })
    expect(await feedOf('answer')).toMatchObject([{ key: '\u001ffed-1', write_group: 'auth.claim' }])
  })

  it('cannot be written around', async () => {
    await expect(database.sql`insert into sessions values ('s', 'u', 1, 2, null)`).rejects.toThrow(
      'EMOTIBOT_UNMARKED',
    )
  })
})
