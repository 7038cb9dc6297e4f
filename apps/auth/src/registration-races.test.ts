import { afterAll, describe, expect, it } from 'vitest'
import { serveForFile } from './testing/serve-for-file.ts'
import { newPerson, type RunningAuth, startAuth } from './testing/start-auth.ts'

const { database, auth } = await serveForFile()
const second = await startAuth(database.url)
afterAll(() => second.close())
const replicas = [auth, second]

type Body = { username: string; email: string; password: string }
type Post = { body: Body; key?: string }

/** Sends all, to the replicas in turn. */
function sendAll(posts: readonly Post[]) {
  return Promise.all(
    posts.map(({ body, key }, at) => {
      const { client } = replicas[at % replicas.length] as RunningAuth
      return client.call('auth.register', { body, ...(key ? { headers: { 'idempotency-key': key } } : {}) })
    }),
  )
}

/** As many as must stand at the line, so that they really run at once. */
const AT_THE_LINE = 3

/** Sends all, and holds them back at the group's lock until several are there. */
async function race(posts: readonly Post[]) {
  const answers = await database.sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtextextended('emotibot group auth.claim', 0))`
    const running = sendAll(posts)
    await expect.poll(database.countWaiting, { timeout: 10_000 }).toBeGreaterThanOrEqual(AT_THE_LINE)
    return { running }
  })
  return answers.running
}

const times = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at))
const tally = (statuses: readonly number[]) =>
  Object.fromEntries([...Map.groupBy(statuses, (s) => s)].map(([s, all]) => [s, all.length]))

describe('registrations that race through two replicas', () => {
  it('for one name: one is made, 49 are refused', async () => {
    const { username, password } = newPerson()
    const answers = await race(
      times(50, (at) => ({
        body: {
          username: at % 2 ? username : username.toUpperCase(),
          email: `${at}@${username}.org`,
          password,
        },
      })),
    )
    expect(tally(answers.map(({ status }) => status))).toEqual({ 201: 1, 400: 49 })
    const rows = await database.sql`select 1 from users where username_key = ${username}`
    expect(rows).toHaveLength(1)
  })

  it('for one e-mail: one is made, 49 are refused', async () => {
    const { email, password } = newPerson()
    const answers = await race(times(50, (at) => ({ body: { username: `${at} ${email}`, email, password } })))
    expect(tally(answers.map(({ status }) => status))).toEqual({ 201: 1, 400: 49 })
  })

  it('under one key: one is made, and all get its answer', async () => {
    const body = newPerson()
    const answers = await race(times(20, () => ({ body, key: `race-${body.username}` })))
    expect(new Set(answers.map(({ status, body: told }) => JSON.stringify([status, told]))).size).toBe(1)
    expect(answers[0]?.status).toBe(201)
  })
})

describe('a registration under an Idempotency-Key', () => {
  it('is answered a second time as the first', async () => {
    const post = { body: newPerson(), key: 'again-1' }
    const [first] = await sendAll([post])
    const [, second] = await sendAll([post, post])
    expect([second?.status, second?.body]).toEqual([201, first?.body])
  })

  it('with another body is 422, also when only a letter differs', async () => {
    const body = newPerson()
    await sendAll([{ body, key: 'other-1' }])
    const [answer] = await sendAll([{ body: { ...body, email: `x${body.email}` }, key: 'other-1' }])
    expect([answer?.status, answer?.body]).toMatchObject([
      422,
      { code: 'IDEMPOTENCY_MISMATCH', error: 'Idempotency key reused' },
    ])
  })

  it('that was refused is tried anew', async () => {
    const [taken, other] = [newPerson(), newPerson()]
    await sendAll([{ body: taken }])
    const body = { ...other, username: taken.username }
    const [refused] = await sendAll([{ body, key: 'anew-1' }])
    await database.write('auth', (tx) => tx`delete from users where username = ${taken.username}`)
    const [made] = await sendAll([{ body, key: 'anew-1' }])
    expect([refused?.status, made?.status]).toEqual([400, 201])
  })
})
