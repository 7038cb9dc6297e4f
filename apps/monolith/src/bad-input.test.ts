import { request } from 'node:http'
import { ErrorBody, type RouteDefinition, routeList } from '@emotibot/contracts'
import { createCheck } from '@emotibot/service-kit'
import { expect, test } from 'vitest'
import { newcomer, type SignedIn, startMonolith } from './testing/start-monolith.ts'

const isErrorBody = createCheck(ErrorBody)

/** Bodies that no route takes. */
const BAD_BODIES = [
  ['invalid JSON', '{"text":'],
  ['null', 'null'],
  ['a list', '[]'],
  ['a number', '7'],
  ['a text', '"text"'],
  ['an unknown field', '{"surprise":1}'],
  [
    'wrong types',
    '{"text":7,"username":7,"email":7,"password":7,"title":7,"turn_id":7,"emotion":7,"texts":7}',
  ],
  ['U+0000', '{"text":"a\\u0000","username":"a\\u0000","password":"a\\u0000","email":"a@b\\u0000"}'],
  ['a lone surrogate', '{"text":"a\\ud800","username":"a\\ud800","password":"a\\udc00","title":"\\ud800"}'],
  ['deep nesting', `{"text":${'['.repeat(5_000)}${']'.repeat(5_000)}}`],
  ['a prototype', '{"__proto__":{"text":"a"}}'],
] as const

const takesBody = routeList.filter(({ body }) => body !== undefined)

function send(
  url: string,
  { method, path }: RouteDefinition,
  ann: SignedIn,
  body?: string,
): Promise<Response> {
  const filled = path.replaceAll(/:\w+/g, '00000000-0000-4000-8000-000000000000')
  const headers = { ...ann.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
  return fetch(`${url}${filled}`, { method, headers, ...(body === undefined ? {} : { body }) })
}

async function expectClearRefusal(answer: Response, what: string): Promise<void> {
  expect(answer.status, what).toBeGreaterThanOrEqual(400)
  expect(answer.status, what).toBeLessThan(500)
  expect(isErrorBody(await answer.json()), what).toBe(true)
}

test('every route that takes a body refuses every bad one with a clear 4xx', async () => {
  const { url, ...monolith } = await startMonolith()
  const ann = await newcomer({ url, ...monolith }, 'ann')
  expect(takesBody.length).toBeGreaterThan(7)
  for (const route of takesBody) {
    for (const [what, body] of BAD_BODIES)
      await expectClearRefusal(await send(url, route, ann, body), `${route.key}: ${what}`)
    await expectClearRefusal(await send(url, route, ann), `${route.key}: no body`)
  }
})

test('every route that is for users refuses a guest, a foreign token and a made-up one', async () => {
  const { url, ...monolith } = await startMonolith()
  await newcomer({ url, ...monolith }, 'ann')
  const routes = routeList.filter(({ access }) => access === 'user')
  expect(routes.length).toBeGreaterThan(15)
  for (const route of routes) {
    for (const authorization of [
      undefined,
      'Bearer eyJhbGciOiJub25lIn0.e30.',
      'Bearer a.b.c',
      'Basic YTpi',
      'Bearer',
    ]) {
      const headers = authorization === undefined ? {} : { authorization }
      const answer = await fetch(`${url}${route.path}`, { method: route.method, headers })
      expect(answer.status, `${route.key} ${authorization}`).toBe(401)
    }
  }
})

test.each([
  '/api/conversations?before=made-up',
  '/api/conversations?limit=0',
  '/api/conversations?limit=1e9',
  '/api/conversations?surprise=1',
  '/api/conversations/search',
  '/api/conversations/search?q=',
  '/api/conversations/search?q=%00',
  '/api/conversations/search?q=a&before=2026-01-01',
  `/api/conversations/search?q=${'a'.repeat(201)}`,
  '/api/conversations/export?format=exe',
  '/api/emotion/trends?period=century',
  '/api/conversations/%00/turns',
  '/api/conversations/..%2f..%2fetc/turns',
  `/api/conversations/${'a'.repeat(300)}/turns`,
  '/api/conversations/a/turns?before=0',
  '/api/conversations/a/turns?before=1&before=2',
  '/api//conversations',
  '/api/%2e%2e/conversations',
  '/internal/../api',
])('GET %s is a clear 4xx', async (path) => {
  const monolith = await startMonolith()
  const ann = await newcomer(monolith, 'ann')
  await expectClearRefusal(await getRaw(monolith.url, path, ann.headers), path)
})

/** `fetch` would tidy the path before it sends it. */
function getRaw(url: string, path: string, headers: Record<string, string>): Promise<Response> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers }, async (answer) => {
      const body = await answer.toArray()
      resolve(new Response(Buffer.concat(body).toString(), { status: answer.statusCode ?? 0 }))
    })
      .on('error', reject)
      .end()
  })
}

test('a made-up cursor of the right form is a page like any other', async () => {
  const ann = await newcomer(await startMonolith(), 'ann')
  const before = '9999-99-99T99:99:99.999Z_zz'
  expect((await ann.client.call('conversation.list', { query: { before } })).status).toBe(200)
  expect((await ann.client.call('conversation.search', { query: { q: 'a', before } })).status).toBe(200)
})

test('a body that is too large is 413, a name that is too long 400', async () => {
  const monolith = await startMonolith()
  const ann = await newcomer(monolith, 'ann')
  const long = await ann.client.call('conversation.create', { body: { title: 'x'.repeat(400_000) } })
  expect(long).toMatchObject({ status: 413, body: { code: 'TOO_LARGE' } })
  const body = { username: 'x'.repeat(81), email: 'a@b.c', password: 'x' }
  expect(await monolith.client.call('auth.register', { body })).toMatchObject({ status: 400 })
})

test('a cookie from elsewhere changes nothing, and from here it does', async () => {
  const monolith = await startMonolith()
  const ann = await newcomer(monolith, 'ann')
  const create = (origin: string) =>
    fetch(`${monolith.url}/api/conversations`, {
      method: 'POST',
      headers: { cookie: `emotibot_session=${ann.token}`, origin, 'content-type': 'application/json' },
      body: '{}',
    })
  expect((await create('https://elsewhere.example')).status).toBe(403)
  expect((await create(monolith.url)).status).toBe(201)
})
