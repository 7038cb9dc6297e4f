import { describe, expect, it, vi } from 'vitest'
import {
  AUTH_ROUTES,
  type AuthStage,
  canary,
  ON_SERVICE,
  setAuthStageWithFacade,
  tokenOf,
} from '../testing/auth-stage.ts'
import { behind, firstly, misdirected, staleEpoch } from '../testing/refusals.ts'
import { answerJson, readAll } from '../testing/side.ts'
import type { Facade } from '../testing/stage.ts'

const BODY = JSON.stringify({ username: 'ann', password: 'x'.repeat(20_000) })

const login = (facade: Facade, init: RequestInit = {}) =>
  fetch(`${facade.main}/api/auth/login`, { method: 'POST', body: BODY, ...init })
const me = (facade: Facade, headers: Record<string, string> = {}) =>
  fetch(`${facade.main}/api/auth/me`, { headers: { authorization: `Bearer ${tokenOf('ann')}`, ...headers } })

const breakerOf = async (facade: Facade) =>
  (await facade.status()).upstreams.find(({ name }) => name === 'auth')?.breaker

/** That nothing of what processes tell each other is in an answer. */
async function expectClean(answer: Response): Promise<unknown> {
  const names = [...answer.headers.keys()].filter((name) => name.startsWith('emotibot-'))
  expect(names).toEqual([])
  expect([409, 421]).not.toContain(answer.status)
  const text = await answer.text()
  expect(text).not.toMatch(/STALE_EPOCH|MISDIRECTED|authority/)
  return JSON.parse(text)
}

describe('a write that its side refuses', () => {
  it.each([
    ['its store does not own it', staleEpoch],
    ['the user is the other side’s to judge', misdirected],
  ])('is asked of the other side, with the same body, when %s', async (_why, refusal) => {
    const { facade, monolith, auth } = await setAuthStageWithFacade()
    monolith.handler = refusal
    const answer = await login(facade)
    expect(await expectClean(answer)).toMatchObject({ side: 'auth', method: 'POST', body: BODY })
    expect([monolith.requests, auth.requests]).toEqual([1, 1])
    expect(await facade.requestsOf('auth.login')).toMatchObject({ service: 1, fallback: 0, failed: 0 })
  })

  it('is asked of the monolith when the service refuses it', async () => {
    const { facade, auth, place } = await setAuthStageWithFacade()
    await place(AUTH_ROUTES, ON_SERVICE)
    auth.handler = staleEpoch
    expect(await expectClean(await login(facade))).toMatchObject({ side: 'monolith', body: BODY })
  })

  it('does no harm to the breaker, for nothing failed', async () => {
    const { facade, auth, place } = await setAuthStageWithFacade()
    await place(AUTH_ROUTES, ON_SERVICE)
    auth.handler = staleEpoch
    for (let n = 0; n < 10; n++) expect((await login(facade)).status).toBe(200)
    expect(auth.requests).toBe(10)
    expect(await breakerOf(facade)).toBe('closed')
  })

  it('keeps its connections: a refusal is read to its end', async () => {
    const { facade, monolith } = await setAuthStageWithFacade()
    let connections = 0
    monolith.server.on('connection', () => {
      connections += 1
    })
    monolith.handler = staleEpoch
    for (let n = 0; n < 40; n++) await login(facade)
    expect(connections).toBeLessThan(20)
  })

  it('is not taken for refused by a header alone: what was executed is answered', async () => {
    const { facade, monolith, auth } = await setAuthStageWithFacade()
    monolith.handler = (_request, response) => {
      response.setHeader('emotibot-refused', 'stale-epoch')
      answerJson(response, { executed: true })
    }
    expect(await expectClean(await login(facade))).toEqual({ executed: true })
    expect(auth.requests).toBe(0)
  })
})

describe('a write that both sides refuse', () => {
  it('is asked of them again until one accepts it', async () => {
    const { facade, monolith, auth } = await setAuthStageWithFacade()
    monolith.handler = staleEpoch
    auth.handler = firstly(3, staleEpoch, auth.handler)
    expect(await expectClean(await login(facade))).toMatchObject({ side: 'auth', body: BODY })
    expect([monolith.requests, auth.requests]).toEqual([4, 4])
  })

  it('is routed anew by the next snapshot, and waits where that one says so', async () => {
    const { facade, monolith, auth, hold, finish } = await setAuthStageWithFacade()
    const accept = auth.handler
    monolith.handler = staleEpoch
    auth.handler = staleEpoch
    const answer = login(facade)
    await vi.waitFor(() => expect(auth.requests).toBeGreaterThan(1))
    const flip = await hold(AUTH_ROUTES, ON_SERVICE)
    auth.handler = accept
    const asked = monolith.requests
    await finish(flip)
    expect(await (await answer).json()).toMatchObject({ side: 'auth' })
    expect(monolith.requests, 'the new snapshot says where to go first').toBe(asked)
  })

  it('is a 503 that says when to come back when it was long enough', async () => {
    const { facade, monolith, auth } = await setAuthStageWithFacade()
    monolith.handler = staleEpoch
    auth.handler = misdirected
    const answer = await login(facade)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await expectClean(answer)).toMatchObject({ code: 'BUSY' })
    expect(monolith.requests).toBeGreaterThan(10)
    expect(monolith.requests).toBeLessThan(200)
  })

  it('is asked no more when its client left', async () => {
    const { facade, monolith, auth } = await setAuthStageWithFacade()
    monolith.handler = staleEpoch
    auth.handler = staleEpoch
    const leaver = new AbortController()
    const answer = login(facade, { signal: leaver.signal }).catch(() => 'left')
    await vi.waitFor(() => expect(auth.requests).toBeGreaterThan(1))
    leaver.abort()
    expect(await answer).toBe('left')
    await vi.waitFor(async () => {
      const before = auth.requests
      await new Promise((resolve) => setTimeout(resolve, 250))
      expect(auth.requests).toBe(before)
    })
  })
})

describe('a write whose side fails', () => {
  it('after it had it is not asked of the other side', async () => {
    const { facade, monolith, auth } = await setAuthStageWithFacade()
    monolith.handler = (request) => void readAll(request).then(() => request.socket.resetAndDestroy())
    const answer = await login(facade)
    expect([answer.status, monolith.requests, auth.requests]).toEqual([502, 1, 0])
  })

  it('is not asked of the other side either when it cannot be reached, and is told that nothing was done', async () => {
    const { facade, monolith, auth, place } = await setAuthStageWithFacade()
    await place(AUTH_ROUTES, ON_SERVICE)
    await auth.kill()
    const answer = await login(facade)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await answer.json()).toMatchObject({ message: expect.stringContaining('nothing was done') })
    expect(monolith.requests).toBe(0)
  })

  it.each([500, 503])('with %d gets that answer, for nobody knows what was done', async (status) => {
    const { facade, monolith, auth } = await setAuthStageWithFacade()
    monolith.handler = (_request, response) => response.writeHead(status).end('oh')
    expect((await login(facade)).status).toBe(status)
    expect(auth.requests).toBe(0)
  })

  it('after the other one refused is not repeated', async () => {
    const { facade, monolith, auth } = await setAuthStageWithFacade()
    monolith.handler = staleEpoch
    auth.handler = (request) => void readAll(request).then(() => request.socket.resetAndDestroy())
    expect((await login(facade)).status).toBe(502)
    expect([monolith.requests, auth.requests]).toEqual([1, 1])
  })
})

describe('a side that is behind', () => {
  const POSITION = { 'emotibot-position': '0a1b2c3d4e.9' }

  it('leaves a read to the other side', async () => {
    const { facade, monolith, auth } = await setAuthStageWithFacade()
    monolith.handler = behind
    expect(await expectClean(await me(facade, POSITION))).toMatchObject({ side: 'auth' })
    expect([monolith.requests, auth.requests]).toEqual([1, 1])
    expect(await facade.requestsOf('auth.me')).toMatchObject({ service: 1, fallback: 0 })
  })

  it.each(['both stay behind', 'the other one is away'])('answers a read with 503 when %s', async (why) => {
    const { facade, monolith, auth } = await setAuthStageWithFacade()
    monolith.handler = behind
    auth.handler = behind
    if (why.endsWith('away')) await auth.kill()
    const answer = await me(facade, POSITION)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await expectClean(answer)).toMatchObject({ code: 'BUSY' })
  })

  it('is asked again for a write, and nobody else is', async () => {
    const { facade, monolith, auth } = await setAuthStageWithFacade()
    monolith.handler = firstly(3, behind, monolith.handler)
    expect(await expectClean(await login(facade, { headers: POSITION }))).toMatchObject({ side: 'monolith' })
    expect([monolith.requests, auth.requests]).toEqual([4, 0])
  })

  it('has a write answered with 503 when it stays behind', async () => {
    const { facade, monolith, auth } = await setAuthStageWithFacade()
    monolith.handler = behind
    const answer = await login(facade, { headers: POSITION })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await expectClean(answer)).toMatchObject({ code: 'BUSY' })
    expect(auth.requests).toBe(0)
  })

  it('is asked again for a read that the other side is behind for too', async () => {
    const { facade, monolith, auth } = await setAuthStageWithFacade()
    monolith.handler = behind
    auth.handler = firstly(2, behind, auth.handler)
    expect(await expectClean(await me(facade, POSITION))).toMatchObject({ side: 'auth' })
  })
})

describe('a retired route', () => {
  async function retired(): Promise<AuthStage & { facade: Facade }> {
    const stage = await setAuthStageWithFacade()
    await stage.place(AUTH_ROUTES, { stage: 'retired', share: 100 })
    return stage
  }

  it('has no other side: what the service refuses is asked of it again', async () => {
    const { facade, monolith, auth } = await retired()
    auth.handler = firstly(2, staleEpoch, auth.handler)
    expect(await expectClean(await login(facade))).toMatchObject({ side: 'auth' })
    expect(monolith.requests).toBe(0)
  })

  it('keeps a read with the service, behind or down', async () => {
    const { facade, monolith, auth } = await retired()
    auth.handler = behind
    expect((await me(facade, { 'emotibot-position': '0a1b2c3d4e.9' })).status).toBe(503)
    await auth.kill()
    expect((await me(facade, { 'emotibot-position': '0a1b2c3d4e.9' })).status).toBe(502)
    expect(monolith.requests).toBe(0)
  })
})

it('a user whose partition a roll back left on the service is asked of the service', async () => {
  const { facade, place } = await setAuthStageWithFacade()
  await place(AUTH_ROUTES, canary(99))
  await place(AUTH_ROUTES, { stage: 'monolith', share: 0 }, ['ann'])
  expect(await (await login(facade)).json()).toMatchObject({ side: 'auth' })
  expect(await (await login(facade, { body: '{"username":"bob"}' })).json()).toMatchObject({
    side: 'monolith',
  })
})
