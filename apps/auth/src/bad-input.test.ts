import { ErrorBody, type RouteKey, routes } from '@emotibot/contracts'
import { createCheck } from '@emotibot/service-kit'
import { describe, expect, it } from 'vitest'
import { serveForFile } from './testing/serve-for-file.ts'
import { signUp } from './testing/start-auth.ts'

const { auth } = await serveForFile()
const { token } = await signUp(auth)

const keys = Object.keys(routes).filter((key) => key.startsWith('auth.')) as RouteKey[]
const withBody = ['auth.register', 'auth.login', 'auth.password'] as const
const isErrorBody = createCheck(ErrorBody)
const json = { 'content-type': 'application/json' }

async function send(key: RouteKey, init: { body?: string; headers?: Record<string, string> }) {
  const { method, path } = routes[key]
  const answer = await fetch(auth.url + path, { method, ...init })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? null : (JSON.parse(text) as unknown) }
}

const good: Record<(typeof withBody)[number], Record<string, unknown>> = {
  'auth.register': { username: 'somebody', email: 'some@body.org', password: 'x' },
  'auth.login': { username: 'somebody', password: 'x' },
  'auth.password': { current_password: 'x', new_password: 'y' },
}

const odd = {
  number: 1,
  null: null,
  list: ['a'],
  object: { toString: 'a' },
  true: true,
  empty: '',
  'U+0000': 'a\u0000b',
  'a lone surrogate': 'a\ud800b',
  'very long': 'a'.repeat(5_000),
}

const bodies = {
  'broken JSON': '{"username":',
  nothing: '',
  null: 'null',
  'a list': '[]',
  'a number': '7',
  text: '"text"',
  'an unknown field': JSON.stringify({ ...good['auth.register'], extra: 1 }),
  'a poisoned prototype': '{"__proto__":{"admin":true},"username":"a","password":"b"}',
  'deep nesting': `{"username":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
}

describe.each(withBody)('%s', (key) => {
  it.each(Object.entries(bodies))('answers %s with 400', async (_what, body) => {
    const answer = await send(key, { body, headers: { ...json, authorization: `Bearer ${token}` } })
    expect([answer.status, isErrorBody(answer.body)]).toEqual([400, true])
  })

  it.each(
    Object.keys(good[key]).flatMap((field) =>
      Object.entries(odd).map(([what, value]) => [field, what, value]),
    ),
  )('answers %s being %s with 400', async (field, _what, value) => {
    const body = JSON.stringify({ ...good[key], [String(field)]: value })
    const answer = await send(key, { body, headers: { ...json, authorization: `Bearer ${token}` } })
    expect([answer.status, isErrorBody(answer.body)]).toEqual([400, true])
  })

  it('answers an oversize body with 413', async () => {
    const body = JSON.stringify({ ...good[key], username: 'a'.repeat(300_000) })
    const answer = await send(key, { body, headers: { ...json, authorization: `Bearer ${token}` } })
    expect([answer.status, isErrorBody(answer.body)]).toEqual([413, true])
  })
})

describe.each(keys.filter((key) => routes[key].access === 'user'))('%s', (key) => {
  it.each([
    '',
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Basic YTpi',
    'Bearer null',
    'Bearer a.b.c',
    `Bearer ${'a'.repeat(10_000)}`,
    `Bearer ${'e30.'.repeat(3)}`,
    'Bearer eyJhbGciOiJub25lIn0.e30.',
  ])('answers the header %j with 401', async (authorization) => {
    const answer = await send(key, { headers: { authorization } })
    expect([answer.status, isErrorBody(answer.body)]).toEqual([401, true])
  })
})

describe('an Idempotency-Key that cannot be kept', () => {
  it.each(['a b', 'é', 'x'.repeat(129)])('(%s) is 400', async (key) => {
    const headers = { ...json, 'idempotency-key': key }
    const answer = await send('auth.register', { body: JSON.stringify(good['auth.register']), headers })
    expect([answer.status, isErrorBody(answer.body)]).toEqual([400, true])
  })
})

it('covers every route of the domain that takes a body', () => {
  expect(keys.filter((key) => 'body' in routes[key]).sort()).toEqual([...withBody].sort())
})
