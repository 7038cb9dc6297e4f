// What the README's tour promises, by the same commands.
import { type AuditEntry, createClient, type Plan, type Receipt, type Status } from '@emotibot/contracts'
import { openPostgres } from '@emotibot/db'
import { createUser, signIn, type TestUser, until } from '@emotibot/testkit'
import { expect, it } from 'vitest'
import { type Ground, startGround } from './ground.ts'

const WITHIN_MS = 120_000

async function begin(env: Readonly<Record<string, string>> = {}): Promise<Ground> {
  const ground = await startGround(env)
  await createUser(ground.facade.url)
  await ground.done('backfill', 'auth')
  await ground.untilFree('auth', '--to', 'service')
  return ground
}

async function isSignedIn({ facade }: Ground, user: TestUser): Promise<boolean> {
  const client = createClient({ baseUrl: facade.url, headers: () => user.bearer })
  return (await client.call('auth.me', {})).status === 200
}

const json = async <T>(ground: Ground, ...args: string[]): Promise<T> =>
  JSON.parse(await ground.done(...args, '--json')) as T

it(
  'auth moves to its service and back: who is signed in stays so, everybody signs in, both sides end equal',
  async () => {
    const ground = await begin()
    const { url } = ground.facade
    const early = await createUser(url)
    expect(await ground.done('verify', 'auth')).toContain('Both sides hold the same')

    const there = await json<Receipt>(ground, 'flip', 'auth', '--to', 'service', '--why', 'tour')
    expect(there).toMatchObject({ why: 'tour', failed: 0, undo: `./fig rollback ${there.flip}` })
    expect(there.replicas.every(({ acknowledged }) => acknowledged)).toBe(true)
    expect(await isSignedIn(ground, early)).toBe(true)
    expect((await signIn(url, early)).username).toBe(early.username)
    const late = await createUser(url)
    expect(await isSignedIn(ground, late)).toBe(true)

    await ground.done('rollback', 'auth')
    for (const user of [early, late]) {
      expect(await isSignedIn(ground, user)).toBe(true)
      expect((await signIn(url, user)).username).toBe(user.username)
    }
    const { routes, flip } = await json<Status>(ground, 'status')
    expect(routes.filter(({ stage }) => stage !== 'monolith')).toEqual([])
    expect(flip).toBe(null)
    expect(await ground.done('verify', 'auth')).toContain('Both sides hold the same')
    const { entries } = await json<{ entries: AuditEntry[] }>(ground, 'audit')
    const actions = ['rollback', 'ordered', 'flip', 'ordered', 'backfill']
    expect(entries.map(({ action }) => action)).toEqual(actions)
  },
  WITHIN_MS,
)

it(
  'of two operators at once one is refused, naming the flip of the other',
  async () => {
    const ground = await begin({ EMOTIBOT_FLIP_BUDGET_MS: '60000' })
    const release = await holdAuthority(ground.auth.databaseUrl)
    const first = ground.fig('flip', 'auth', '--to', 'service', '--json')
    const underWay = async () => (await json<Status>(ground, 'status')).flip
    await until('it waits for the service’s store', async () => (await underWay())?.step === 'open')
    const flip = await underWay()
    expect(flip).toMatchObject({ state: 'held', held_ms: expect.any(Number), by: 'operator' })
    expect((await ground.fig('status')).out).toContain('is under way (open): requests wait')
    const second = await ground.fig('flip', 'auth', '--to', 'canary', '--share', '30')
    expect([second.exitCode, second.err]).toEqual([1, expect.stringContaining(`${flip?.flip} is under way`)])
    await release()
    const { exitCode, out } = await first
    expect([exitCode, JSON.parse(out)]).toMatchObject([0, { flip: flip?.flip }])
  },
  WITHIN_MS,
)

/** Nobody can change who owns what in the service's store, until it is released. */
async function holdAuthority(url: string): Promise<() => Promise<void>> {
  const sql = openPostgres(url, { applicationName: 'lock', max: 1 })
  const [held, free] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const holding = sql.begin(async (tx) => {
    await tx`lock table authority in exclusive mode`
    held.resolve()
    await free.promise
  })
  await held.promise
  return async () => {
    free.resolve()
    await holding
    await sql.end({ timeout: 1 })
  }
}

it(
  'a share of auth leaves registration where it is, and says so; undoing the flip restores what was before',
  async () => {
    const ground = await begin()
    const plan = await json<Plan>(ground, 'plan', 'auth', '--to', 'canary', '--share', '40')
    expect(plan.stays).toEqual(['auth.register'])
    const { flip } = await json<Receipt>(ground, 'flip', 'auth', '--to', 'canary', '--share', '40')
    const users = await Promise.all(Array.from({ length: 6 }, () => createUser(ground.facade.url)))
    for (const user of users) expect(await isSignedIn(ground, user)).toBe(true)
    await ground.done('rollback', flip)
    for (const user of users) expect(await isSignedIn(ground, user)).toBe(true)
    const { routes } = await json<Status>(ground, 'status')
    expect(routes.filter(({ share }) => share > 0)).toEqual([])
  },
  WITHIN_MS,
)
