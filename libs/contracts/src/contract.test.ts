import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { CARVED_OUT, domainsRead, isCarvedOut } from './carve-outs.ts'
import { buildOpenApi } from './document/openapi.ts'
import { ERRORS, errorBody } from './errors.ts'
import { eventId, FRAMES_OUT } from './frames.ts'
import { movableRoutes, routeList, routes } from './routes/index.ts'

describe('the contract', () => {
  it.each(Object.entries(routes))('declares %s under its own key', (key, route) => {
    expect(route.key).toBe(key)
    expect(key.startsWith(`${route.domain}.`)).toBe(true)
  })

  it('puts every write into a write group and nothing else', () => {
    for (const route of routeList)
      expect([route.key, route.group !== null]).toEqual([route.key, route.effect === 'write'])
  })

  it('carves out every domain that writes', () => {
    expect(routeList.filter((route) => route.group !== null && !isCarvedOut(route))).toEqual([])
  })

  it('says of what an answer is made', () => {
    expect(domainsRead(routes['emotion.trends'])).toEqual(['emotion', 'conversation'])
    expect(domainsRead(routes['ai.insights'])).toEqual(['emotion', 'conversation'])
    expect(domainsRead(routes['conversation.history'])).toEqual(['conversation'])
    expect(domainsRead(routes['emotion.analyze'])).toEqual([])
    expect(new Set(routeList.flatMap(domainsRead))).toEqual(new Set(CARVED_OUT))
  })

  it('names every path parameter in its schema', () => {
    for (const route of routeList) {
      const named = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name)
      expect(Object.keys(route.params?.properties ?? {})).toEqual(named)
    }
  })

  it('lets whoever must be signed in be told so', () => {
    for (const route of routeList.filter((each) => each.access === 'user'))
      expect(route.errors).toContain('UNAUTHENTICATED')
  })

  it('never moves the page', () => {
    expect(movableRoutes.some((route) => route.domain === 'ui')).toBe(false)
  })

  it('gives every error its one shape', () => {
    const validate = new Ajv().compile({
      type: 'object',
      required: ['error', 'code', 'message', 'request_id'],
      additionalProperties: false,
      properties: { error: {}, code: {}, message: {}, request_id: {} },
    })
    expect(validate(errorBody('BUSY', 'Later.', 'r1'))).toBe(true)
    expect(Object.values(ERRORS).every(({ status }) => status >= 400)).toBe(true)
  })
})

describe('text that is allowed in', () => {
  const { text } = routes['conversation.send'].body.properties
  const isText = new Ajv({ strict: false }).compile(text)

  it.each(['hello', 'two\nlines', '👩‍👩‍👧 ok', 'é'.repeat(10_000)])('takes %s', (sent) => {
    expect(isText(sent)).toBe(true)
  })

  it.each(['', '   \n', 'a\u0000b', 'lone \ud800', '\udc00 lone', 'é'.repeat(10_001)])(
    'refuses %j',
    (sent) => {
      expect(isText(sent)).toBe(false)
    },
  )
})

describe('names that are allowed in', () => {
  const { username } = routes['auth.register'].body.properties
  const isName = new Ajv({ strict: false }).compile(username)

  it.each(['a', 'Émilie', 'two words', '李雷', '👩‍👩‍👧', "o'hara"])('takes %s', (name) => {
    expect(isName(name)).toBe(true)
  })

  it.each(['', ' a', 'a ', 'a\tb', 'a\u202Eb', 'x'.repeat(81)])('refuses %j', (name) => {
    expect(isName(name)).toBe(false)
  })
})

describe('the OpenAPI document', () => {
  const document = buildOpenApi() as {
    openapi: string
    paths: Record<string, Record<string, { responses: object }>>
  }

  it('holds every route once', () => {
    const operations = Object.values(document.paths).flatMap((path) => Object.keys(path))
    expect(operations).toHaveLength(routeList.length)
  })

  it('states an error for every operation, if only that it may be busy', () => {
    for (const path of Object.values(document.paths))
      for (const operation of Object.values(path)) expect(Object.keys(operation.responses)).toContain('503')
  })
})

it('makes an event id that its own schema takes', () => {
  const isEventId = new Ajv({ strict: false }).compile(FRAMES_OUT['turn.created'].properties.event_id)
  expect(isEventId(eventId('7b0c3a52-58f3-4c9e-8a4e-0f6f0a0d7c11', 2))).toBe(true)
})
