import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findBreaks } from './compatibility.ts'
import { buildOpenApi } from './openapi.ts'

const released = JSON.parse(readFileSync(new URL('../../released/openapi-v1.json', import.meta.url), 'utf8'))

it('breaks nothing of what is released', () => {
  expect(findBreaks(released, buildOpenApi())).toEqual([])
})

type Node = Record<string, unknown>

/** The object at a path of a document; a path that leads nowhere is a mistake of the test. */
function at(document: Node, ...path: string[]): Node {
  return path.reduce<Node>((node, name) => {
    const next = node[name]
    if (typeof next !== 'object' || next === null) throw new Error(`no ${name} in ${Object.keys(node)}`)
    return next as Node
  }, document)
}

const login = (document: Node) => at(document, 'paths', '/api/auth/login', 'post')
const jsonOf = (node: Node) => at(node, 'content', 'application/json', 'schema')
const bodyOf = (operation: Node) => jsonOf(at(operation, 'requestBody'))
const answerOf = (operation: Node) => jsonOf(at(operation, 'responses', '200'))
const copyOf = (document: object) => JSON.parse(JSON.stringify(document)) as Node

describe('a breaking change', () => {
  it.each<[string, (document: Node) => void, string]>([
    ['a route that goes', (d) => delete at(d, 'paths')['/api/auth/me'], 'GET /api/auth/me is gone'],
    [
      'a field that is renamed in an answer',
      (d) => delete at(answerOf(login(d)), 'properties')['access_token'],
      'auth.login: answer 200 lost access_token',
    ],
    [
      'a field that becomes optional in an answer',
      (d) => Object.assign(answerOf(login(d)), { required: ['message'] }),
      'auth.login: answer 200 no longer always has access_token',
    ],
    [
      'a field that changes its type',
      (d) =>
        Object.assign(at(answerOf(login(d)), 'properties', 'user', 'properties', 'user_id'), {
          type: 'integer',
        }),
      'auth.login: answer 200.user.user_id is of another type',
    ],
    [
      'a new required field',
      (d) => Object.assign(bodyOf(login(d)), { required: ['username', 'password', 'captcha'] }),
      'auth.login: body now requires captcha',
    ],
    [
      'a shorter limit',
      (d) => Object.assign(at(bodyOf(login(d)), 'properties', 'password'), { maxLength: 6 }),
      'auth.login: body.password has a smaller maxLength',
    ],
    ['another status', (d) => delete at(login(d), 'responses')['200'], 'auth.login: no longer answers 200'],
    [
      'a public route that asks who you are',
      (d) => Object.assign(login(d), { security: [{ bearer: [] }] }),
      'auth.login: asks for more identity than it did',
    ],
    [
      'a new word in an answer',
      (d) => {
        const analysis = answerOf(at(d, 'paths', '/api/emotion/analyze', 'post'))
        Object.assign(at(analysis, 'properties', 'emotion'), { enum: ['happy', 'joy'] })
      },
      'emotion.analyze: answer 200.emotion may now be joy',
    ],
  ])('is found: %s', (_what, plant, sentence) => {
    const planted = copyOf(buildOpenApi())
    plant(planted)
    expect(findBreaks(released, planted)).toContain(sentence)
  })

  it('is not a new optional field, a new field in an answer, or a new route', () => {
    const grown = copyOf(buildOpenApi())
    Object.assign(at(bodyOf(login(grown)), 'properties'), { remember: { type: 'boolean' } })
    Object.assign(at(answerOf(login(grown)), 'properties'), { hint: { type: 'string' } })
    Object.assign(at(grown, 'paths'), { '/api/v2/x': at(grown, 'paths', '/api/auth/me') })
    expect(findBreaks(released, grown)).toEqual([])
  })
})
