import { migrate, openPostgres } from '@emotibot/db'
import { createTestDatabase } from '@emotibot/db/testing'
import { createStore, purgeAnswers } from '@emotibot/service-store'
import { OWNS_ALL, OWNS_NONE } from '@emotibot/sync'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { keptAnswers } from './schema.ts'
import { schemaSteps } from './schema-steps.ts'
import { serveForFile } from './testing/serve-for-file.ts'
import { bearer, newPerson, signIn } from './testing/start-auth.ts'

const { database, auth } = await serveForFile()
const store = createStore(database.sql)
const purge = (nowMs: number) => purgeAnswers(store, { answers: keptAnswers, group: 'auth', nowMs })
beforeEach(async () => {
  await database.own('auth', OWNS_ALL)
  await database.own('auth.claim', OWNS_ALL)
})

const DAY_MS = 24 * 3_600_000
const keptOf = (key: string) => database.sql`select status from auth_idempotency_keys where key = ${key}`
const register = (body: ReturnType<typeof newPerson>, key: string) =>
  auth.client.call('auth.register', { body, headers: { 'idempotency-key': key } })

describe('a kept answer', () => {
  it('is forgotten after 24 hours, not before, and its key may come again', async () => {
    const body = newPerson()
    await register(body, 'old-1')
    await purge(Date.now() + DAY_MS - 60_000)
    expect(await keptOf('old-1')).toHaveLength(1)
    await purge(Date.now() + DAY_MS)
    expect(await keptOf('old-1')).toEqual([])
    expect((await register(body, 'old-1')).body).toMatchObject({ code: 'DUPLICATE_USER' })
    expect((await register(newPerson(), 'old-1')).status).toBe(201)
  })

  it('is forgotten by the owner of its partition, who need not be the one that gave it', async () => {
    await register(newPerson(), 'theirs-1')
    await database.own('auth', OWNS_NONE)
    await purge(Date.now() + DAY_MS)
    expect(await keptOf('theirs-1')).toHaveLength(1)
    await database.own('auth', OWNS_ALL)
    await database.own('auth.claim', OWNS_NONE)
    await purge(Date.now() + DAY_MS)
    expect(await keptOf('theirs-1')).toEqual([])
  })

  it('goes with its user', async () => {
    const body = newPerson()
    await register(body, 'leaver-1')
    const token = await signIn(auth.client, body)
    await auth.client.call('auth.delete', { headers: bearer(token) })
    expect(await keptOf('leaver-1')).toEqual([])
  })

  it('is given also by a store that gives no new ones', async () => {
    const body = newPerson()
    const first = await register(body, 'moved-1')
    await database.own('auth.claim', OWNS_NONE)
    const again = await register(body, 'moved-1')
    expect([again.status, again.body]).toEqual([201, first.body])
    expect((await register(newPerson(), 'moved-2')).status).toBe(409)
  })

  it('holds no token: nobody keeps the answer of a login', async () => {
    const body = newPerson()
    await register(body, 'login-1')
    const headers = { 'idempotency-key': 'login-2' }
    const answers = await Promise.all(
      [1, 2].map(() =>
        auth.client.call('auth.login', {
          body: { username: body.username, password: body.password },
          headers,
        }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await keptOf('login-2')).toEqual([])
    const held = await database.sql`select 1 from auth_idempotency_keys where answer like '%access_token%'`
    expect(held).toEqual([])
  })
})

it('answers that an earlier version kept are kept on', async () => {
  const steps = schemaSteps.slice(
    0,
    schemaSteps.findIndex(({ name }) => name === '002-answers'),
  )
  const earlier = await createTestDatabase({ steps })
  const sql = openPostgres(earlier.url, { applicationName: 'auth-test' })
  onTestFinished(async () => {
    await sql.end({ timeout: 5 })
    await earlier.drop()
  })
  await sql`insert into idempotency_keys values ('', 'k', 'auth.claim', 'ann', 'auth.register', 'h', 201, '{}', 7)`
  await migrate(sql, schemaSteps)
  expect(await sql`select key, partition, status from auth_idempotency_keys`).toEqual([
    { key: 'k', partition: 'ann', status: 201 },
  ])
  expect(await sql`select to_regclass('idempotency_keys') as gone`).toEqual([{ gone: null }])
})
