import { type Client, INTERNAL_ERRORS } from '@emotibot/contracts'
import { createTestDatabase } from '@emotibot/db/testing'
import { createPostgresStore, OWNS_ALL, OWNS_NONE, type Rule, type Store } from '@emotibot/sync'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { schemaSteps } from './schema-steps.ts'
import {
  bearer,
  lookInto,
  newPerson,
  type RunningAuth,
  signUp,
  startAuth,
  type TestStore,
} from './testing/start-auth.ts'

let database: TestStore
let auth: RunningAuth
let store: Store
beforeEach(async () => {
  database = lookInto(await createTestDatabase({ steps: schemaSteps }))
  auth = await startAuth(database.url)
  store = createPostgresStore({ url: database.url, entities: [] })
})
afterEach(async () => {
  await store.close()
  await auth.close()
  await database.drop()
})

/** What a flip's last step at a destination, or first step at a source, does. */
async function fence(kind: 'open' | 'giveUp', group: 'auth' | 'auth.claim', rule: Rule): Promise<void> {
  const { epoch } = await store.authority.read(group)
  const next = { kind, fromEpoch: epoch, epoch: epoch + 1, rule }
  const { outcome } = await store.authority.fence(group, next, { lockWithinMs: 5_000 })
  expect(outcome).toBe('done')
}

const register = (client: Client) => client.call('auth.register', { body: newPerson() })
const feedOf = (entity: string) =>
  database.sql<{ key: string; write_group: string; origin: string; partition: string }[]>`
    select key, write_group, origin, partition from feed where entity = ${entity} order by seq`

describe('a fresh database', () => {
  it('owns nothing: a write is refused unexecuted, with the row that refused it', async () => {
    const answer = await register(auth.client)
    expect(answer.status).toBe(INTERNAL_ERRORS.STALE_EPOCH.status)
    expect(answer.body).toEqual({
      error: 'Stale epoch',
      code: 'STALE_EPOCH',
      message: expect.stringContaining('auth.claim'),
      request_id: expect.any(String),
      authority: { group: 'auth.claim', epoch: 1, rule: OWNS_NONE },
    })
    expect(await database.sql`select 1 from users`).toEqual([])
  })

  it('takes writes once a fence opened it, and none after one gave it up', async () => {
    await fence('open', 'auth.claim', OWNS_ALL)
    expect((await register(auth.client)).status).toBe(201)
    await fence('giveUp', 'auth.claim', OWNS_NONE)
    expect((await register(auth.client)).status).toBe(409)
  })
})

describe('a database that owns some', () => {
  it('signs in by e-mail whom it owns, and nobody else', async () => {
    await fence('open', 'auth.claim', OWNS_ALL)
    const [mine, theirs] = [newPerson(), newPerson()]
    for (const body of [mine, theirs]) await auth.client.call('auth.register', { body })
    await fence('open', 'auth', { ...OWNS_NONE, allow: [mine.username] })
    const login = ({ email, password }: typeof mine) =>
      auth.client.call('auth.login', { body: { username: email, password } })
    expect([(await login(mine)).status, (await login(theirs)).status]).toEqual([200, 409])
  })
})

describe('the feed', () => {
  it('names every row that a write touched, under its mark', async () => {
    await fence('open', 'auth.claim', OWNS_ALL)
    await fence('open', 'auth', OWNS_ALL)
    const { person, token } = await signUp(auth)
    await auth.client.call('auth.logout', { headers: bearer(token) })
    const partition = person.username
    const users = await feedOf('user')
    expect(users).toMatchObject([{ write_group: 'auth.claim', origin: 'service', partition }])
    const mark = { write_group: 'auth', origin: 'service', partition }
    expect(await feedOf('session')).toMatchObject([mark, mark])
  })

  it('cannot be written around', async () => {
    await expect(database.sql`insert into sessions values ('s', 'u', 1, 2, null)`).rejects.toThrow(
      'EMOTIBOT_UNMARKED',
    )
  })
})
