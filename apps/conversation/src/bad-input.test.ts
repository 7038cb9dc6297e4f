import { request } from 'node:http'
import { ErrorBody, type RouteDefinition, routeList } from '@emotibot/contracts'
import { createCheck } from '@emotibot/service-kit'
import { describe, expect, it } from 'vitest'
import {
  newConversation,
  type SignedIn,
  say,
  signedIn,
  startConversation,
  tokenOf,
} from './testing/start-conversation.ts'

const isErrorBody = createCheck(ErrorBody)
const ours = routeList.filter(({ domain }) => domain === 'conversation')

/** Bodies that no route takes. */
const BAD_BODIES = [
  ['invalid JSON', '{"text":'],
  ['null', 'null'],
  ['a list', '[]'],
  ['a number', '7'],
  ['an unknown field', '{"surprise":1}'],
  ['wrong types', '{"text":7,"title":7}'],
  ['U+0000', '{"text":"a\\u0000","title":"a\\u0000"}'],
  ['a lone surrogate', '{"text":"a\\ud800","title":"\\ud800"}'],
  ['nothing but blanks', '{"text":" \\n\\t","title":" "}'],
  ['deep nesting', `{"text":${'['.repeat(5_000)}${']'.repeat(5_000)}}`],
  ['a prototype', '{"__proto__":{"text":"a"}}'],
] as const

const ID = '00000000-0000-4000-8000-000000000000'

function send(url: string, { method, path }: RouteDefinition, ann: SignedIn, body: string) {
  const headers = { ...ann.headers, 'content-type': 'application/json' }
  return fetch(url + path.replaceAll(/:\w+/g, ID), { method, headers, body })
}

async function expectClearRefusal(answer: Response, what: string): Promise<void> {
  expect(answer.status, what).toBeGreaterThanOrEqual(400)
  expect(answer.status, what).toBeLessThan(500)
  expect(isErrorBody(await answer.json()), what).toBe(true)
}

describe('is refused with a clear 4xx:', () => {
  it('every bad body, by every route that takes one', async () => {
    const service = await startConversation()
    const ann = signedIn(service)
    const takesBody = ours.filter(({ body }) => body !== undefined)
    expect(takesBody.length).toBe(3)
    for (const route of takesBody) {
      for (const [what, body] of BAD_BODIES)
        await expectClearRefusal(await send(service.url, route, ann, body), `${route.key}: ${what}`)
    }
    expect(await service.store.sql`select 1 from conversations`).toHaveLength(0)
  })

  it('every path and query that means nothing', async () => {
    const service = await startConversation()
    const { headers } = signedIn(service)
    for (const path of [
      '/api/conversations?before=made-up',
      '/api/conversations?limit=0',
      '/api/conversations?limit=101',
      '/api/conversations?surprise=1',
      '/api/conversations/search',
      '/api/conversations/search?q=',
      '/api/conversations/search?q=%00',
      '/api/conversations/search?q=a&before=2026-01-01',
      `/api/conversations/search?q=${'a'.repeat(201)}`,
      '/api/conversations/export?format=exe',
      '/api/conversations/%00/turns',
      '/api/conversations/..%2f..%2fetc/turns',
      `/api/conversations/${'a'.repeat(300)}/turns`,
      '/api/conversations/a/turns?before=0',
      '/api/conversations/a/turns?before=1&before=2',
    ])
      await expectClearRefusal(await getRaw(service.url, path, headers), path)
  })

  it('a text that is too long, a body that is too large, a key that is none', async () => {
    const service = await startConversation()
    const ann = signedIn(service)
    const id = await newConversation(ann)
    expect(await say(ann, id, 'x'.repeat(10_001))).toMatchObject({ status: 400 })
    expect(await say(ann, id, 'x'.repeat(400_000))).toMatchObject({
      status: 413,
      body: { code: 'TOO_LARGE' },
    })
    expect(await say(ann, id, 'x', { 'idempotency-key': 'no key' })).toMatchObject({ status: 400 })
  })
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

it('a guest, a made-up token and one signed by another are refused by every route', async () => {
  const service = await startConversation()
  expect(ours).toHaveLength(10)
  const foreign = `Bearer ${tokenOf('ann', 'the secret of somebody else, as long as ours is')}`
  for (const route of ours) {
    for (const authorization of [
      undefined,
      'Bearer eyJhbGciOiJub25lIn0.e30.',
      'Bearer a.b.c',
      'Basic YTpi',
      foreign,
    ]) {
      const headers = authorization === undefined ? {} : { authorization }
      const answer = await fetch(service.url + route.path, { method: route.method, headers })
      expect(answer.status, `${route.key} ${authorization}`).toBe(401)
    }
  }
})

it('a cookie from elsewhere changes nothing, and from here it does', async () => {
  const { url } = await startConversation()
  const create = (origin: string) =>
    fetch(`${url}/api/conversations`, {
      method: 'POST',
      headers: { cookie: `emotibot_session=${tokenOf('ann')}`, origin, 'content-type': 'application/json' },
      body: '{}',
    })
  expect((await create('https://elsewhere.example')).status).toBe(403)
  const answer = await create(url)
  expect([answer.status, answer.headers.get('set-cookie')]).toEqual([201, null])
})

it('a made-up cursor of the right form is a page like any other', async () => {
  const { client } = signedIn(await startConversation())
  const before = '9999-99-99T99:99:99.999Z_zz'
  expect((await client.call('conversation.list', { query: { before } })).status).toBe(200)
  expect((await client.call('conversation.search', { query: { q: 'a', before } })).status).toBe(200)
})
