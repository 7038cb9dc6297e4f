import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bucketOf } from '@emotibot/contracts'
import { openPostgres } from '@emotibot/db'
import { type Hold, parseSnapshotOrThrow } from '@emotibot/flags'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  AUTH_ROUTES,
  canary,
  ON_SERVICE,
  setAuthStage,
  setAuthStageWithFacade,
  tokenOf,
} from '../testing/auth-stage.ts'
import { openGate } from '../testing/gate.ts'
import { answerJson, readAll } from '../testing/side.ts'
import type { Facade } from '../testing/stage.ts'

const login = (facade: Facade, username: string, init: RequestInit = {}) =>
  fetch(`${facade.main}/api/auth/login`, { method: 'POST', body: JSON.stringify({ username }), ...init })
const logout = (facade: Facade, username: string, init: RequestInit = {}) =>
  fetch(`${facade.main}/api/auth/logout`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokenOf(username)}` },
    ...init,
  })

/** Whether an answer has come, by now. */
function watch(answer: Promise<Response>) {
  const seen = { isIn: false }
  answer.then(
    () => (seen.isIn = true),
    () => (seen.isIn = true),
  )
  return seen
}

/** How many wait for a flip now. */
async function waitingOf({ controlUrl }: Facade): Promise<number> {
  const metrics = await (await fetch(`${controlUrl}/internal/metrics`)).text()
  return Number(/^emotibot_facade_waiting\{for="flip"\} (\d+)$/m.exec(metrics)?.[1])
}

/** How many have waited for flips so far. */
async function waitedOf({ controlUrl }: Facade): Promise<number> {
  const metrics = await (await fetch(`${controlUrl}/internal/metrics`)).text()
  return Number(/^emotibot_facade_waited_seconds_count (\d+)$/m.exec(metrics)?.[1])
}

const untilWaiting = (facade: Facade, count = 1) =>
  vi.waitFor(async () => expect(await waitingOf(facade)).toBe(count), { timeout: 5_000, interval: 10 })

describe('while a flip moves their data', () => {
  it('requests wait, and are answered by the side that has it then, body and all', async () => {
    const { facade, monolith, auth, hold, finish } = await setAuthStageWithFacade()
    const flip = await hold(AUTH_ROUTES, ON_SERVICE)
    const answers = [login(facade, 'ann'), logout(facade, 'bob')]
    const seen = answers.map(watch)
    await untilWaiting(facade, 2)
    expect((await fetch(`${facade.main}/api/ai/suggestions`)).status).toBe(200)
    expect(seen.map(({ isIn }) => isIn)).toEqual([false, false])
    expect([monolith.requests, auth.requests], 'only the route that does not move').toEqual([1, 0])
    await finish(flip)
    const [first, second] = await Promise.all(answers)
    expect(await first?.json()).toMatchObject({ side: 'auth', body: '{"username":"ann"}' })
    expect(await second?.json()).toMatchObject({ side: 'auth', url: '/api/auth/logout' })
    expect(await waitedOf(facade)).toBe(2)
  })

  it('requests of others go on: of buckets that stay, of routes that stay', async () => {
    const { facade, hold } = await setAuthStageWithFacade()
    const [moving, staying] = ['ann', 'bob', 'cleo', 'dan', 'eve', 'flo'].toSorted(
      (a, b) => bucketOf(a) - bucketOf(b),
    )
    const high = bucketOf(staying ?? '')
    await hold(['auth.login', 'auth.logout'], canary(50), { high })
    const waiting = watch(login(facade, moving ?? ''))
    expect((await login(facade, staying ?? '')).status).toBe(200)
    expect(
      (
        await fetch(`${facade.main}/api/auth/me`, {
          headers: { authorization: `Bearer ${tokenOf(moving ?? '')}` },
        })
      ).status,
    ).toBe(200)
    expect(waiting.isIn).toBe(false)
  })

  it('requests are answered by the old side when the flip is abandoned', async () => {
    const { facade, hold, abandon } = await setAuthStageWithFacade()
    const flip = await hold(AUTH_ROUTES, ON_SERVICE)
    const answer = login(facade, 'ann')
    await untilWaiting(facade)
    await abandon(flip)
    expect(await (await answer).json()).toMatchObject({ side: 'monolith' })
  })

  it('a request whose client leaves is never sent, and those behind it keep their order', async () => {
    const { facade, auth, hold, finish } = await setAuthStageWithFacade()
    const flip = await hold(AUTH_ROUTES, ON_SERVICE)
    const bodies: string[] = []
    auth.handler = (request, response) =>
      void readAll(request).then((body) => {
        bodies.push(body)
        answerJson(response, {})
      })
    const leaver = new AbortController()
    const left = login(facade, 'ann', { body: '{"username":"ann","n":1}', signal: leaver.signal }).catch(
      () => 'left',
    )
    const stayed = login(facade, 'ann', { body: '{"username":"ann","n":2}' })
    await untilWaiting(facade, 2)
    leaver.abort()
    expect(await left).toBe('left')
    await untilWaiting(facade, 1)
    await finish(flip)
    expect((await stayed).status).toBe(200)
    expect(bodies).toEqual(['{"username":"ann","n":2}'])
  })

  it('a client gets a 503 that says when to come back when the budget is over, and nobody was asked', async () => {
    const { facade, monolith, auth, hold } = await setAuthStageWithFacade()
    await hold(AUTH_ROUTES, ON_SERVICE, { budgetMs: 150 })
    for (const answer of [await login(facade, 'ann'), await login(facade, 'ann')]) {
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
      expect(await answer.json()).toMatchObject({ code: 'BUSY' })
    }
    expect(monolith.requests + auth.requests).toBe(0)
  })

  it('one user has no more than a few requests waiting', async () => {
    const { facade, hold, finish } = await setAuthStageWithFacade()
    const flip = await hold(AUTH_ROUTES, ON_SERVICE)
    const answers = Array.from({ length: 40 }, () => login(facade, 'ann'))
    const seen = answers.map(watch)
    await vi.waitFor(() => expect(seen.filter(({ isIn }) => isIn)).toHaveLength(8))
    await finish(flip)
    const statuses = (await Promise.all(answers)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 503)).toHaveLength(8)
    expect(statuses.filter((status) => status === 200)).toHaveLength(32)
  })

  it('hundreds of requests pass once it is over, none of them refused', async () => {
    const { facade, auth, hold, finish } = await setAuthStageWithFacade()
    const flip = await hold(AUTH_ROUTES, ON_SERVICE)
    let [now, most] = [0, 0]
    auth.handler = (_request, response) => {
      now += 1
      most = Math.max(most, now)
      setTimeout(() => {
        now -= 1
        answerJson(response, {})
      }, 5)
    }
    const answers = Array.from({ length: 300 }, (_, n) => login(facade, `user${n}`))
    await untilWaiting(facade, 300)
    await finish(flip)
    expect(new Set((await Promise.all(answers)).map(({ status }) => status))).toEqual(new Set([200]))
    expect(most, 'at once').toBeLessThanOrEqual(64)
  })
})

describe('the ledger', () => {
  it('has the figures of the wait before it hears that the hold was followed to its end', async () => {
    const { facade, database, hold, finish } = await setAuthStageWithFacade()
    const sql = openPostgres(database.url, { applicationName: 'emotibot-test', max: 1 })
    onTestFinished(() => sql.end({ timeout: 1 }))
    await sql`create table heard (version integer, notes bigint)`
    await sql.unsafe(`create function hear() returns trigger language plpgsql as $$ begin
      insert into heard select new.version, count(*) from flip_waits; return new; end $$`)
    await sql`create trigger hear before update on replicas for each row execute function hear()`
    const flip = await hold(AUTH_ROUTES, ON_SERVICE)
    const answers = ['ann', 'bob', 'cleo'].map((name) => login(facade, name))
    await untilWaiting(facade, 3)
    await finish(flip)
    const [waits] = await sql<{ count: number; worst_ms: number; failed: number }[]>`
      select count, worst_ms, failed from flip_waits where flip = ${flip}`
    expect(waits).toMatchObject({ count: 3, failed: 0 })
    expect(waits?.worst_ms).toBeGreaterThan(0)
    const [first] = await sql<{ notes: string }[]>`select notes from heard where version = 3 limit 1`
    expect(Number(first?.notes), 'when it heard of version 3').toBe(1)
    await Promise.all(answers)
  })

  it('may go away in the middle: those who wait get a 503 in time, later ones are routed as before', async () => {
    const { startFacade, database, monolith, hold } = await setAuthStage()
    const { gate, url } = await openGate(database.url)
    const facade = await startFacade({ LEDGER_DATABASE_URL: url })
    await hold(AUTH_ROUTES, ON_SERVICE, { budgetMs: 2_000 })
    const answer = login(facade, 'ann')
    await untilWaiting(facade)
    await gate.cut()
    expect((await answer).status).toBe(503)
    expect(monolith.requests).toBe(0)
    await vi.waitFor(
      async () => expect(await (await login(facade, 'ann')).json()).toMatchObject({ side: 'monolith' }),
      {
        timeout: 10_000,
        interval: 50,
      },
    )
  })

  it('is not needed for a start in the middle of a flip: nothing of a hold is kept on disk', async () => {
    const { startFacade, folder, hold } = await setAuthStage()
    const file = join(folder, 'snapshot.json')
    const facade = await startFacade()
    await hold(AUTH_ROUTES, ON_SERVICE)
    const waiting = watch(login(facade, 'ann'))
    await untilWaiting(facade)
    await vi.waitFor(async () => {
      const { version, holds } = parseSnapshotOrThrow(await readFile(file, 'utf8'))
      expect([version, holds]).toEqual([2, [] as Hold[]])
    })
    const other = await startFacade({ LEDGER_DATABASE_URL: 'postgres://127.0.0.1:1/gone' })
    expect(await (await login(other, 'ann')).json()).toMatchObject({ side: 'monolith' })
    expect(waiting.isIn).toBe(false)
  })
})
