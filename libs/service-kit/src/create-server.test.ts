import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createServer, type Server } from './create-server.ts'
import { ApiError } from './errors.ts'
import { mountRoutes } from './mount-routes.ts'

const open: Server[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})

const verify = async (token: string) => {
  if (token !== 'good') throw new ApiError('UNAUTHENTICATED', 'No.')
  const iat = Math.floor(Date.now() / 1_000) - 3_000
  return { sub: 'u', username: 'Ann', email: 'a@b', sid: 's', iat, exp: iat + 3_600 }
}

function startServer(checks: Record<string, () => unknown> = {}): Server {
  const server = createServer({ name: 'test', logLevel: 'silent', routes: ['emotion.analyze'], checks })
  mountRoutes(
    server,
    {
      'auth.me': ({ identity }) => ({ status: 200, body: { user: userOf(identity.claims.username) } }),
      'auth.logout': () => ({ status: 204, body: null }),
      'emotion.feedback': ({ idempotencyKey, body }) => ({
        status: 201,
        body: {
          feedback: { turn_id: idempotencyKey ?? body.turn_id, emotion: body.emotion, created_at: 'now' },
        },
      }),
      'conversation.list': ({ query }) => ({
        status: 200,
        body: { conversations: [], next_before: String(query.limit) },
      }),
      'ai.suggestions': () => {
        throw new Error('the inside of a fault')
      },
      'ai.reply': () => {
        throw new ApiError('BUSY', 'Come back.', { headers: { 'retry-after': '3' } })
      },
    },
    { verify, renew: async () => 'renewed' },
  )
  open.push(server)
  return server
}

const userOf = (username: string) => ({
  user_id: 'u',
  username,
  email: '',
  created_at: '',
  updated_at: '',
  is_active: true,
})
const bearer = { authorization: 'Bearer good' }
const cookie = { cookie: 'emotibot_session=good' }

describe('errors', () => {
  it('have one shape, carry the request id, and tell nothing of our inside', async () => {
    const answer = await startServer().inject({
      url: '/api/ai/suggestions',
      headers: { 'x-request-id': 'abc-1' },
    })
    expect(answer.statusCode).toBe(500)
    expect(answer.json()).toEqual({
      error: 'Internal server error',
      code: 'INTERNAL',
      message: expect.not.stringContaining('inside'),
      request_id: 'abc-1',
    })
    expect(answer.headers['x-request-id']).toBe('abc-1')
  })

  it('carry headers of their own', async () => {
    const answer = await startServer().inject({
      method: 'POST',
      url: '/api/ai/reply',
      payload: { text: 'hi' },
    })
    expect([answer.statusCode, answer.headers['retry-after'], answer.json().code]).toEqual([503, '3', 'BUSY'])
  })

  it.each([
    ['broken JSON', '{"turn_id":', 'application/json'],
    ['null', 'null', 'application/json'],
    ['a list', '[]', 'application/json'],
    ['nothing', '', 'application/json'],
    ['a number for text', '{"turn_id":1,"emotion":"happy"}', 'application/json'],
    ['an unknown field', '{"turn_id":"a","emotion":"happy","x":1}', 'application/json'],
    ['an unknown word', '{"turn_id":"a","emotion":"joy"}', 'application/json'],
    ['a poisoned prototype', '{"turn_id":"a","emotion":"happy","__proto__":{"x":1}}', 'application/json'],
    [
      'deep nesting',
      `{"turn_id":${'['.repeat(50_000)}${']'.repeat(50_000)},"emotion":"happy"}`,
      'application/json',
    ],
    ['another type', 'turn_id=a', 'application/x-www-form-urlencoded'],
  ])('answer %s with 400 BAD_REQUEST', async (_what, payload, type) => {
    const answer = await startServer().inject({
      method: 'POST',
      url: '/api/emotion/feedback',
      headers: { ...bearer, 'content-type': type },
      payload,
    })
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'BAD_REQUEST'])
  })

  it('answer an oversize body with 413 TOO_LARGE', async () => {
    const payload = { turn_id: 'a'.repeat(300 * 1024), emotion: 'happy' }
    const answer = await startServer().inject({
      method: 'POST',
      url: '/api/emotion/feedback',
      headers: bearer,
      payload,
    })
    expect([answer.statusCode, answer.json().code]).toEqual([413, 'TOO_LARGE'])
  })

  it.each(['/nothing', '/%', '/api/auth/%E0%A4%A'])('answer the unknown path %s with a 4xx', async (url) => {
    const answer = await startServer().inject({ url })
    expect(answer.statusCode).toBeGreaterThanOrEqual(400)
    expect(answer.statusCode).toBeLessThan(500)
    expect(Object.keys(answer.json())).toEqual(['error', 'code', 'message', 'request_id'])
  })
})

describe('what the parser itself refuses', () => {
  it.each([
    [
      'two lengths that contradict',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    ],
    [
      'a length beside chunks',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    ['nonsense', 'GARBAGE\r\n\r\n'],
  ])('answers %s with 400 in the one shape', async (_what, bytes) => {
    const answer = await sendRaw(bytes)
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toContain('"code":"BAD_REQUEST"')
  })

  it('refuses a header that must stand once and stands twice', async () => {
    const answer = await sendRaw(
      'GET /api/auth/me HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer a\r\nAuthorization: Bearer good\r\n\r\n',
    )
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  })
})

async function sendRaw(bytes: string): Promise<string> {
  const server = startServer()
  await server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  socket.end(bytes)
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return answer
}

describe('identity', () => {
  it('takes a bearer token', async () => {
    const answer = await startServer().inject({ url: '/api/auth/me', headers: bearer })
    expect(answer.json().user.username).toBe('Ann')
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  it('renews a cookie past half its life', async () => {
    const answer = await startServer().inject({ url: '/api/auth/me', headers: cookie })
    expect(answer.headers['set-cookie']).toMatch(/^emotibot_session=renewed; .*HttpOnly/)
  })

  it('lets a bearer header win over the cookie', async () => {
    const answer = await startServer().inject({
      url: '/api/auth/me',
      headers: { ...cookie, authorization: 'Bearer bad' },
    })
    expect(answer.statusCode).toBe(401)
  })

  it.each([{}, { authorization: 'Basic abc' }, { authorization: 'Bearer' }, { authorization: 'Bearer a b' }])(
    'refuses %j with 401',
    async (headers) => {
      expect((await startServer().inject({ url: '/api/auth/me', headers })).statusCode).toBe(401)
    },
  )

  it.each([
    ['by cookie without an Origin', { ...cookie }, 403],
    ['by cookie from another site', { ...cookie, origin: 'http://evil.example' }, 403],
    ['by cookie from a sandboxed page', { ...cookie, origin: 'null' }, 403],
    ['by cookie from the page', { ...cookie, origin: 'http://localhost:80' }, 204],
    ['by bearer without an Origin', { ...bearer }, 204],
    ['by nobody', {}, 401],
  ])('answers an unsafe method %s as it should', async (_how, headers, status) => {
    const answer = await startServer().inject({
      method: 'POST',
      url: '/api/auth/logout',
      headers: { host: 'localhost', ...headers },
    })
    expect(answer.statusCode).toBe(status)
  })

  it('lets no other site sign a browser in', async () => {
    const headers = { host: 'localhost', origin: 'http://evil.example' }
    const answer = await startServer().inject({
      method: 'POST',
      url: '/api/ai/reply',
      headers,
      payload: { text: 'x' },
    })
    expect(answer.json().code).toBe('FORBIDDEN_ORIGIN')
  })
})

describe('input', () => {
  it('reads numbers and defaults in a query', async () => {
    const server = startServer()
    expect(
      (await server.inject({ url: '/api/conversations?limit=20', headers: bearer })).json().next_before,
    ).toBe('20')
    expect((await server.inject({ url: '/api/conversations', headers: bearer })).json().next_before).toBe(
      '50',
    )
  })

  it.each(['limit=0', 'limit=x', 'limit=1&limit=2', 'before=yesterday', 'page=2'])(
    'refuses the query %s',
    async (query) => {
      expect(
        (await startServer().inject({ url: `/api/conversations?${query}`, headers: bearer })).statusCode,
      ).toBe(400)
    },
  )

  it('hands the idempotency key on, and refuses one it cannot keep', async () => {
    const send = (key: string) =>
      startServer().inject({
        method: 'POST',
        url: '/api/emotion/feedback',
        headers: { ...bearer, 'idempotency-key': key },
        payload: { turn_id: 'a', emotion: 'sad' },
      })
    expect((await send('key-1')).json().feedback.turn_id).toBe('key-1')
    expect((await send('a b')).statusCode).toBe(400)
    expect((await send('x'.repeat(129))).statusCode).toBe(400)
  })

  it('takes an empty body that calls itself JSON for no body', async () => {
    const headers = { ...bearer, 'content-type': 'application/json' }
    expect(
      (await startServer().inject({ method: 'POST', url: '/api/auth/logout', headers })).statusCode,
    ).toBe(204)
  })
})

describe('health', () => {
  it('is ready when every check passes, and says which does not', async () => {
    expect((await startServer({ store: () => true }).inject({ url: '/health/ready' })).statusCode).toBe(200)
    const failing = () => {
      throw new Error('gone')
    }
    const answer = await startServer({ store: failing }).inject({ url: '/health/ready' })
    expect([answer.statusCode, answer.json().checks]).toEqual([503, { store: 'gone' }])
  })

  it('says who it is and which routes it answers', async () => {
    expect((await startServer().inject({ url: '/internal/about' })).json()).toMatchObject({
      name: 'test',
      routes: ['emotion.analyze'],
    })
  })

  it('counts requests by route', async () => {
    const server = startServer()
    await server.inject({ url: '/api/auth/me', headers: bearer })
    const page = (await server.inject({ url: '/internal/metrics' })).body
    expect(page).toContain('emotibot_http_request_duration_seconds_count{route="auth.me",status="200"} 1')
  })
})
