import { createTestStore, Line, type TestStore } from '@emotibot/service-store/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  bearer,
  newPerson,
  ownerSteps,
  type RunningAuth,
  signUp,
  startAuth,
  statusOfMe,
} from './testing/start-auth.ts'

let database: TestStore
let line: Line
let auth: RunningAuth
beforeEach(async () => {
  database = await createTestStore(ownerSteps)
  line = new Line(database.url)
  auth = await startAuth(await line.open())
})
afterEach(async () => {
  line.freeze(false)
  await auth.close()
  line.cut()
  await database.drop()
})

const ready = async () => (await fetch(`${auth.url}/health/ready`)).status
const live = async () => (await fetch(`${auth.url}/health/live`)).status
const jwks = async () => (await fetch(`${auth.url}/internal/jwks`)).status

async function everyRoute(token: string, person = newPerson()) {
  const headers = bearer(token)
  const { client } = auth
  return Promise.all([
    client.call('auth.register', { body: newPerson() }),
    client.call('auth.login', { body: { username: person.username, password: person.password } }),
    client.call('auth.me', { headers }),
    client.call('auth.logout', { headers }),
    client.call('auth.logout_all', { headers }),
    client.call('auth.password', { headers, body: { current_password: 'a', new_password: 'b' } }),
    client.call('auth.delete', { headers }),
  ])
}

describe('without its database the service', () => {
  it('answers 503 BUSY on every route, is not ready, lives, publishes its keys, and recovers', async () => {
    const { person, token } = await signUp(auth)
    line.cut()
    for (const { status, body } of await everyRoute(token, person))
      expect([status, body]).toMatchObject([503, { code: 'BUSY', error: 'Service unavailable' }])
    expect([await ready(), await live(), await jwks()]).toEqual([503, 200, 200])
    await line.open()
    await expect.poll(ready, { timeout: 10_000 }).toBe(200)
    await expect.poll(() => statusOfMe(auth, token), { timeout: 10_000 }).toBe(200)
  })

  it('gives up on one that hangs, does nothing late, and recovers', async () => {
    const { person, token } = await signUp(auth)
    const late = newPerson()
    line.freeze(true)
    const [hung, me] = await Promise.all([
      auth.client.call('auth.register', { body: late }),
      auth.client.call('auth.me', { headers: bearer(token) }),
    ])
    expect([hung.status, me.status]).toEqual([503, 503])
    line.freeze(false)
    await expect.poll(() => statusOfMe(auth, token), { timeout: 10_000 }).toBe(200)
    expect((await signUp(auth, late)).person).toBe(late)
    expect(await database.sql`select 1 from users where username = ${person.username}`).toHaveLength(1)
  })
})
