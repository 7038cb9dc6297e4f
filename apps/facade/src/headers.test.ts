import { describe, expect, it } from 'vitest'
import { bodyOf, exchangeRaw, statusOf } from './testing/raw.ts'
import { answerJson, type Echo } from './testing/side.ts'
import { setStageWithFacade } from './testing/stage.ts'

const UUID = /^[0-9a-f-]{36}$/

const get = (path: string, ...headers: string[]) =>
  [`GET ${path} HTTP/1.1`, 'Host: chat.example', ...headers, 'Connection: close', '', ''].join('\r\n')

async function echoOf(url: string, text: string): Promise<Echo> {
  return JSON.parse(bodyOf(await exchangeRaw(url, text))) as Echo
}

/** The page goes through the plugin, all else through our own way: what holds for headers holds on both. */
describe.each(['/', '/api/auth/me'])('the headers of GET %s', (path) => {
  it('say to the side who the client is, whatever the client said of itself', async () => {
    const { facade } = await setStageWithFacade()
    const { headers } = await echoOf(
      facade.main,
      get(
        path,
        'X-Forwarded-For: 6.6.6.6',
        'X-Forwarded-Proto: https',
        'x-forwarded-host: evil',
        'X-Forwarded-Port: 1',
        'Forwarded: for=6.6.6.6',
        'X-Real-IP: 6.6.6.6',
        'X-Request-Id: mine',
        'X-EmotiBot-Position: 9',
        'X-Kept: yes',
      ),
    )
    expect(headers).toMatchObject({
      host: 'chat.example',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'chat.example',
      'x-request-id': expect.stringMatching(UUID),
      'x-kept': 'yes',
    })
    for (const gone of ['forwarded', 'x-real-ip', 'x-forwarded-port', 'x-emotibot-position'])
      expect(headers).not.toHaveProperty(gone)
  })

  it('that are between neighbours go no further, nor do those that Connection names', async () => {
    const { facade } = await setStageWithFacade()
    const text = [
      `GET ${path} HTTP/1.1`,
      'Host: x',
      'Connection: close, X-Hop, Cookie',
      'X-Hop: 1',
      'Cookie: a=b',
      'TE: trailers',
      'Keep-Alive: timeout=9',
      'Proxy-Authorization: secret',
      'Proxy-Connection: x',
      'Upgrade: h2c',
      '',
      '',
    ].join('\r\n')
    const { headers } = await echoOf(
      facade.main,
      text.replace('Connection: close,', 'Connection: close, Upgrade,'),
    )
    for (const gone of [
      'x-hop',
      'cookie',
      'te',
      'proxy-authorization',
      'proxy-connection',
      'upgrade',
      'expect',
    ])
      expect(headers).not.toHaveProperty(gone)
    expect(headers['keep-alive']).not.toBe('timeout=9')
  })

  it('of the answer come back as they are, without the neighbours’ and with our request id', async () => {
    const { facade, monolith } = await setStageWithFacade()
    monolith.handler = (_request, response) => {
      response.setHeader('set-cookie', ['a=1', 'b=2'])
      response.setHeader('connection', 'keep-alive, x-private')
      response.setHeader('x-private', '1')
      response.setHeader('x-request-id', 'theirs')
      response.setHeader('content-security-policy', "default-src 'self'")
      answerJson(response, { fine: true })
    }
    const answer = await fetch(facade.main + path, { headers: { cookie: 'emotibot_session=x' } })
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(answer.headers.get('x-private')).toBeNull()
    expect(answer.headers.get('x-request-id')).toMatch(UUID)
    expect(answer.headers.get('content-security-policy')).toBe("default-src 'self'")
    expect(answer.headers.get('keep-alive')).toBe('timeout=72')
    expect(await answer.json()).toEqual({ fine: true })
  })

  it('that mean one thing may stand once only', async () => {
    const { facade, monolith } = await setStageWithFacade()
    for (const name of ['Authorization', 'Host', 'Origin', 'Content-Type', 'Idempotency-Key']) {
      const answer = await exchangeRaw(facade.main, get(path, `${name}: one`, `${name}: two`))
      expect(statusOf(answer), name).toBe(400)
      expect(JSON.parse(bodyOf(answer))).toMatchObject({
        code: 'BAD_REQUEST',
        request_id: expect.stringMatching(UUID),
      })
    }
    expect(monolith.requests).toBe(0)
  })
})

describe('a request that two readers could read two ways', () => {
  it.each([
    ['no Host', 'GET /api/auth/me HTTP/1.1\r\nConnection: close\r\n\r\n'],
    [
      'two lengths',
      'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x',
    ],
    [
      'a length and chunks',
      'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'an unknown coding',
      'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, identity\r\n\r\n',
    ],
    ['a negative length', 'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n'],
    [
      'a bare line feed in a header',
      'GET /api/auth/me HTTP/1.1\r\nHost: x\r\nX-A: b\n\nGET /internal HTTP/1.1\r\n\r\n',
    ],
    ['a space before the colon', 'GET /api/auth/me HTTP/1.1\r\nHost : x\r\n\r\n'],
    [
      'an unknown expectation',
      'GET /api/auth/me HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\nConnection: close\r\n\r\n',
    ],
    ['no HTTP at all', 'hello\r\n\r\n'],
  ])('is a 400 in the one shape: %s', async (_what, text) => {
    const { facade, monolith } = await setStageWithFacade()
    const answer = await exchangeRaw(facade.main, text)
    expect(statusOf(answer), answer).toBe(400)
    expect(JSON.parse(bodyOf(answer))).toMatchObject({
      code: 'BAD_REQUEST',
      request_id: expect.stringMatching(UUID),
    })
    expect(monolith.requests).toBe(0)
  })

  it('is a 431 when its headers are too large', async () => {
    const { facade } = await setStageWithFacade()
    const answer = await exchangeRaw(facade.main, get('/api/auth/me', `X-Big: ${'x'.repeat(20_000)}`))
    expect(statusOf(answer)).toBe(431)
    expect(JSON.parse(bodyOf(answer))).toMatchObject({ code: 'TOO_LARGE' })
  })
})

describe('behind a trusted proxy', () => {
  const trusting = { EMOTIBOT_TRUST_PROXY: '127.0.0.1, 10.0.0.0/8' }

  it('the client is the nearest address that no trusted proxy has', async () => {
    const { facade } = await setStageWithFacade(trusting)
    const { headers } = await echoOf(
      facade.main,
      get(
        '/api/auth/me',
        'X-Forwarded-For: 6.6.6.6, 203.0.113.9, 10.1.2.3',
        'X-Forwarded-Proto: https',
        'X-Forwarded-Host: chat.example',
        'X-Request-Id: edge-1',
      ),
    )
    expect(headers).toMatchObject({
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'chat.example',
      'x-request-id': 'edge-1',
    })
  })

  it('a list that is not of addresses is not believed', async () => {
    const { facade } = await setStageWithFacade(trusting)
    const { headers } = await echoOf(facade.main, get('/api/auth/me', 'X-Forwarded-For: 1.2.3.4, unknown'))
    expect(headers['x-forwarded-for']).toBe('127.0.0.1')
  })
})

it('says on a broken connection nothing of who is behind', async () => {
  const { facade, monolith } = await setStageWithFacade()
  await monolith.kill()
  for (const path of ['/', '/api/auth/me']) {
    const answer = await fetch(facade.main + path)
    const text = await answer.text()
    expect(answer.status).toBe(502)
    expect(JSON.parse(text)).toMatchObject({ code: 'UPSTREAM_BAD', request_id: expect.stringMatching(UUID) })
    expect(text).not.toContain(new URL(monolith.url).port)
  }
})
