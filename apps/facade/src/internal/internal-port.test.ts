import { bucketOf, INTERNAL, INTERNAL_HEADERS, ON_BEHALF_OF, POSITION_HEADER } from '@emotibot/contracts'
import { createServiceToken } from '@emotibot/service-kit'
import { describe, expect, it } from 'vitest'
import { canary, ON_SERVICE, tokenOf } from '../testing/auth-stage.ts'
import { ANALYZE, FELT, SECRET, setInternalStage, TURN } from '../testing/internal-stage.ts'

const EMOTION = ['emotion.analyze', 'emotion.batch', 'emotion.trends']
const READS = ['conversation.history']

const minted = (call: { secret?: string; audience?: string } = {}) =>
  createServiceToken({ secret: SECRET, caller: 'a test', audience: INTERNAL, ...call })

describe('the internal port lets nobody in', () => {
  it.each<[string, () => Promise<Record<string, string>>]>([
    ['without a service token', async () => ({})],
    ["with a user's token", async () => ({ authorization: `Bearer ${tokenOf('ann')}` })],
    [
      'with a token for another audience',
      async () => ({ [ON_BEHALF_OF.token]: await minted({ audience: 'mover' }) }),
    ],
    [
      'with a token under another secret',
      async () => ({ [ON_BEHALF_OF.token]: await minted({ secret: 'guessed' }) }),
    ],
  ])('%s, whatever it asks for', async (_how, headersOf) => {
    const { facade, monolith, emotion } = await setInternalStage()
    const headers = { [ON_BEHALF_OF.user]: 'u-ann', [ON_BEHALF_OF.partition]: 'ann', ...(await headersOf()) }
    for (const path of ['/internal/felt', '/api/emotion/trends', '/nothing'])
      expect((await fetch(facade.internal + path, { headers })).status).toBe(401)
    expect([monolith.requests, emotion.requests]).toEqual([0, 0])
  })

  it('while this facade has no secret, also with a token of none', async () => {
    const { facade } = await setInternalStage({ LEGACY_JWT_SECRET: '' })
    const headers = { [ON_BEHALF_OF.token]: await minted({ secret: '' }), [ON_BEHALF_OF.partition]: 'ann' }
    expect((await fetch(`${facade.internal}/internal/felt`, { headers })).status).toBe(401)
  })

  it.each([undefined, '', '%E0%A4%A'])('who names no partition: %j', async (partition) => {
    const { facade, monolith } = await setInternalStage()
    const headers = {
      [ON_BEHALF_OF.token]: await minted(),
      ...(partition === undefined ? {} : { [ON_BEHALF_OF.partition]: partition }),
    }
    expect((await fetch(`${facade.internal}/internal/felt`, { headers })).status).toBe(400)
    expect(monolith.requests).toBe(0)
  })
})

describe('the internal port answers', () => {
  it.each([
    ['POST', '/api/conversations/c-1/turns'],
    ['POST', '/api/emotion/feedback'],
    ['POST', '/api/auth/login'],
    ['DELETE', '/api/auth/me'],
    ['GET', '/ws'],
    ['GET', '/'],
    ['POST', '/internal/felt'],
    ['GET', '/internal/turns/a/b'],
    ['GET', '/internal/turns/..%2fabout'],
    ['GET', '/health/ready'],
  ])('nothing that changes anything, nor what is not between processes: %s %s', async (method, path) => {
    const { ask, monolith } = await setInternalStage()
    expect((await ask({ method, path })).status).toBe(404)
    expect(monolith.requests).toBe(0)
  })

  it('paths between processes from the side of the route they are as', async () => {
    const { echoOf, place } = await setInternalStage()
    const sides = async () => [(await echoOf(FELT)).side, (await echoOf(TURN)).side]
    expect(await sides()).toEqual(['monolith', 'monolith'])
    await place(['emotion.trends'], ON_SERVICE)
    expect(await sides()).toEqual(['emotion', 'monolith'])
    await place(READS, ON_SERVICE)
    expect(await sides()).toEqual(['emotion', 'conversation'])
    expect((await echoOf(TURN)).url).toBe('/internal/turns/t-1')
  })

  it('by the partition it is told, whoever signed in asks', async () => {
    const { echoOf, place } = await setInternalStage()
    await place(EMOTION, canary(50))
    const names = ['zoë', ...Array.from({ length: 12 }, (_, n) => `user${n}`)]
    const authorization = `Bearer ${tokenOf('ann')}`
    const sides = await Promise.all(
      names.map(async (partition) => (await echoOf({ ...ANALYZE, partition, authorization })).side),
    )
    expect(sides).toEqual(names.map((name) => (bucketOf(name) < 50 ? 'emotion' : 'monolith')))
    expect(new Set(sides).size).toBe(2)
  })

  it('and the side hears who asks, for whom, and what the answer must have seen', async () => {
    const { facade } = await setInternalStage()
    const token = await minted()
    const authorization = `Bearer ${tokenOf('ann')}`
    const given = {
      [ON_BEHALF_OF.token]: token,
      [ON_BEHALF_OF.user]: 'u-ann',
      [ON_BEHALF_OF.partition]: 'zo%C3%AB',
      [POSITION_HEADER]: '0a1b2c3d4e.9',
      authorization,
      cookie: 'a=b',
      'x-request-id': 'r-7',
    }
    const headers = { ...given, 'emotibot-other': 'x' }
    const answer = await fetch(`${facade.internal}/internal/felt`, { headers })
    const echo = (await answer.json()) as { headers: Record<string, string> }
    expect(echo.headers).toMatchObject(given)
    expect(echo.headers).not.toHaveProperty('emotibot-other')
    expect(answer.headers.get('set-cookie')).toBe(null)
    expect(answer.headers.get('x-request-id')).toBe('r-7')
  })

  it('without a limit, and counts apart from what users ask', async () => {
    const { ask, facade, place } = await setInternalStage({ EMOTIBOT_RATE_LIMIT: '1' })
    await place(EMOTION, ON_SERVICE)
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(ANALYZE)))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(await facade.requestsOf('emotion.analyze')).toMatchObject({ service: 0, monolith: 0 })
    await fetch(`${facade.internal}/internal/felt`)
    const metrics = await (await fetch(`${facade.controlUrl}/internal/metrics`)).text()
    expect(metrics).toContain(
      'requests_total{port="internal",route="emotion.analyze",side="service",outcome="answered"} 20',
    )
    expect(metrics).toContain('turned_away_total{port="internal",code="UNAUTHENTICATED"} 1')
  })

  it('while a flip holds what it reads', async () => {
    const { ask, hold, facade } = await setInternalStage()
    const flip = await hold([...EMOTION, 'emotion.feedback'], ON_SERVICE)
    expect((await ask(FELT)).status).toBe(200)
    const signal = AbortSignal.timeout(200)
    const headers = { authorization: `Bearer ${tokenOf('ann')}` }
    await expect(fetch(`${facade.main}/api/emotion/trends`, { headers, signal })).rejects.toThrow(/timeout/)
    expect(flip).toMatch(/^f/)
  })
})

describe('when the side of the internal port’s route cannot answer', () => {
  it('a pure route is answered by the monolith, and a read that says what it must have seen', async () => {
    const { ask, echoOf, emotion, place } = await setInternalStage()
    await place(EMOTION, ON_SERVICE)
    await emotion.kill()
    expect((await echoOf(ANALYZE)).side).toBe('monolith')
    expect((await echoOf({ ...FELT, position: '0a1b2c3d4e.9' })).side).toBe('monolith')
    expect((await echoOf(FELT)).side, 'the monolith alone writes turns and feedback').toBe('monolith')
    await place(['emotion.feedback'], ON_SERVICE)
    expect((await ask(FELT)).status, 'nobody knows how far the monolith is behind').toBe(502)
  })

  it('its breaker opens after a few failures', async () => {
    const { ask, emotion, place } = await setInternalStage()
    await place(EMOTION, ON_SERVICE)
    emotion.handler = (_request, response) => response.writeHead(500).end('{}')
    for (let n = 0; n < 8; n++) await ask(ANALYZE)
    expect(emotion.requests).toBe(5)
  })

  it('the deadline is the caller’s, and the side is left when it passes', async () => {
    const { ask, emotion, place } = await setInternalStage()
    await place(EMOTION, ON_SERVICE)
    const { promise: left, resolve } = Promise.withResolvers<void>()
    emotion.handler = (request) => request.socket.once('close', resolve)
    await expect(ask({ ...ANALYZE, deadlineMs: 100 })).rejects.toThrow(/within 100 ms/)
    await left
  })

  it('a session that has ended is refused as anywhere', async () => {
    const { ask, facade, monolith } = await setInternalStage()
    const authorization = `Bearer ${tokenOf('ann', 's-ann')}`
    expect((await ask({ ...FELT, authorization })).status).toBe(200)
    monolith.handler = (_request, response) =>
      response.writeHead(204, { [INTERNAL_HEADERS.revoked]: 's-ann' }).end()
    const init = { method: 'POST', headers: { authorization } }
    expect((await fetch(`${facade.main}/api/auth/logout`, init)).status).toBe(204)
    expect((await ask({ ...FELT, authorization })).status).toBe(401)
  })
})

describe('on the public port', () => {
  const forged = {
    [ON_BEHALF_OF.user]: 'u-bob',
    [ON_BEHALF_OF.partition]: 'bob',
    'Emotibot-Service-Token': 'x',
  }

  it.each(['/', '/api/conversations', '/api/ai/suggestions'])(
    'nobody can say for whom they ask: GET %s',
    async (path) => {
      const { facade } = await setInternalStage()
      const headers = {
        ...forged,
        [ON_BEHALF_OF.token]: await minted(),
        authorization: `Bearer ${tokenOf('ann')}`,
      }
      const echo = (await (await fetch(facade.main + path, { headers })).json()) as { headers: object }
      for (const name of Object.values(ON_BEHALF_OF)) expect(echo.headers).not.toHaveProperty(name)
    },
  )

  it('the partition is the token’s, whatever is said of it', async () => {
    const { facade, place } = await setInternalStage()
    const names = Array.from({ length: 12 }, (_, n) => `user${n}`)
    const [low = '', high = ''] = [
      names.find((one) => bucketOf(one) < 50),
      names.find((one) => bucketOf(one) >= 50),
    ]
    await place(READS, canary(50))
    const headers = { authorization: `Bearer ${tokenOf(high)}`, [ON_BEHALF_OF.partition]: low }
    const answer = await fetch(`${facade.main}/api/conversations/c-1/turns`, { headers })
    expect((await answer.json()) as object).toMatchObject({ side: 'monolith' })
  })

  it('the paths between processes are nowhere', async () => {
    const { facade } = await setInternalStage()
    const headers = { [ON_BEHALF_OF.token]: await minted(), [ON_BEHALF_OF.partition]: 'ann' }
    for (const path of ['/internal/felt', '/internal/turns/t-1'])
      expect((await fetch(facade.main + path, { headers })).status).toBe(404)
  })
})
