import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { bodyOf, exchangeRaw } from '../testing/raw.ts'
import { answerJson, type Echo, type Side } from '../testing/side.ts'
import { type Facade, setStageWithFacade } from '../testing/stage.ts'

const SEEN = '0a1b2c3d4e.9'
const WRITTEN = 'ffffffffff.2s'
const COOKIE = `emotibot_session=s; emotibot_position=${SEEN}`

const create = (facade: Facade, headers: Record<string, string> = {}) =>
  fetch(`${facade.main}/api/conversations`, { method: 'POST', body: '{}', headers })

const echoOf = async (answer: Promise<Response>) => (await (await answer).json()) as Echo

/** A write that says how far it is, and sets a cookie of its own. */
function answerWrites(side: Side): void {
  side.handler = (_request, response) => {
    response.setHeader('emotibot-position', WRITTEN)
    response.setHeader('set-cookie', ['own=1; Path=/'])
    answerJson(response, {})
  }
}

describe('the position of a request', () => {
  it('reaches the side as one header, from the cookie, the header, or both', async () => {
    const { facade } = await setStageWithFacade()
    const later = `${SEEN.slice(0, -1)}z`
    for (const [headers, position] of [
      [{ cookie: COOKIE }, SEEN],
      [{ 'emotibot-position': later }, later],
      [{ cookie: COOKIE, 'emotibot-position': later }, later],
      [{ cookie: COOKIE, 'emotibot-position': WRITTEN }, `${WRITTEN}~${SEEN}`],
    ] as const)
      expect((await echoOf(create(facade, headers))).headers['emotibot-position']).toBe(position)
  })

  it('is no header at all when there is none', async () => {
    const { facade } = await setStageWithFacade()
    for (const headers of [
      {},
      { 'emotibot-position': 'nonsense' },
      { cookie: 'emotibot_session=s' },
    ] as const)
      expect((await echoOf(create(facade, headers))).headers).not.toHaveProperty('emotibot-position')
  })

  it('goes with a live socket as well', async () => {
    const { facade, monolith } = await setStageWithFacade()
    const server = new WebSocketServer({ server: monolith.server })
    const opened = once(server, 'connection')
    const client = new WebSocket(`${facade.main.replace('http', 'ws')}/ws`, { headers: { cookie: COOKIE } })
    onTestFinished(() => client.terminate())
    const [[, request]] = await Promise.all([opened, once(client, 'open')])
    expect(request.headers).toMatchObject({ cookie: COOKIE, 'emotibot-position': SEEN })
  })
})

describe('the position of an answer', () => {
  it('comes to a page as a cookie beside the side’s own, with all it had seen before', async () => {
    const { facade, monolith } = await setStageWithFacade()
    answerWrites(monolith)
    const answer = await create(facade, { cookie: `${COOKIE}; emotibot_visitor=x` })
    expect(answer.headers.get('emotibot-position')).toBe(`${WRITTEN}~${SEEN}`)
    expect(answer.headers.getSetCookie()).toEqual([
      'own=1; Path=/',
      `emotibot_position=${WRITTEN}~${SEEN}; Max-Age=86400; Path=/; HttpOnly; SameSite=Lax`,
    ])
  })

  it('comes as a Secure cookie where the page is', async () => {
    const { startFacade, monolith } = await setStageWithFacade()
    answerWrites(monolith)
    const facade = await startFacade({ EMOTIBOT_TRUST_PROXY: '127.0.0.1' })
    const answer = await create(facade, { 'x-forwarded-proto': 'https' })
    expect(answer.headers.getSetCookie().at(-1)).toMatch(/^emotibot_position=.*; Secure$/)
  })

  it('comes to a program that sends its token itself as a header only', async () => {
    const { facade, monolith } = await setStageWithFacade()
    answerWrites(monolith)
    const answer = await create(facade, { authorization: 'Bearer x.y.z', 'emotibot-position': SEEN })
    expect(answer.headers.get('emotibot-position')).toBe(`${WRITTEN}~${SEEN}`)
    expect(answer.headers.getSetCookie()).toEqual(['own=1; Path=/'])
  })

  it('that the side does not say is not made up', async () => {
    const { facade } = await setStageWithFacade()
    const answer = await create(facade, { cookie: COOKIE })
    expect(answer.headers.get('emotibot-position')).toBeNull()
    expect(answer.headers.getSetCookie()).toEqual([])
  })
})

/** The page goes through the plugin, all else through our own way. */
describe.each(['/', '/api/auth/me'])('headers between our own processes, at GET %s', (path) => {
  const names = ['emotibot-refused', 'emotibot-revoked', 'emotibot-anything']

  it('do not come in from a client', async () => {
    const { facade } = await setStageWithFacade()
    const lines = names.map((name) => `${name}: stale-epoch`)
    const text = [`GET ${path} HTTP/1.1`, 'Host: x', ...lines, 'Connection: close', '', ''].join('\r\n')
    const { headers } = JSON.parse(bodyOf(await exchangeRaw(facade.main, text))) as Echo
    for (const name of names) expect(headers).not.toHaveProperty(name)
  })

  it('do not go out to one', async () => {
    const { facade, monolith } = await setStageWithFacade()
    monolith.handler = (_request, response) => {
      for (const name of names) response.setHeader(name, 'x')
      answerJson(response, {})
    }
    const answer = await fetch(facade.main + path)
    expect(answer.status).toBe(200)
    expect([...answer.headers.keys()].filter((name) => name.startsWith('emotibot-'))).toEqual([])
  })
})
