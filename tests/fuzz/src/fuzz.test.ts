import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ERRORS, errorBody, type FrameOut, type RouteKey } from '@emotibot/contracts'
import type { RawAnswer } from '@emotibot/testkit'
import { expect, it } from 'vitest'
import { judgeBytes, sendBytes } from './drive/send-bytes.ts'
import { judgeAnswer, judgeStray } from './judge/judge-answer.ts'
import { judgeClose, judgeFrame } from './judge/judge-frame.ts'
import { planFrames } from './plan/plan-frames.ts'
import { planRequests } from './plan/plan-requests.ts'
import { fuzz } from './run-fuzz.ts'

/** What came over a socket, whatever it is. */
const frameOf = (text: string) => JSON.parse(text) as FrameOut

const json = (status: number, body: unknown): RawAnswer => ({
  status,
  headers: [['content-type', 'application/json; charset=utf-8']],
  body: Buffer.from(JSON.stringify(body)),
})

it('finds nothing wrong with what we ship', async () => {
  const { violations, dead, answers } = await fuzz({ requests: 250, frames: 75, seed: 11 })
  expect(violations).toEqual([])
  expect(dead).toEqual([])
  expect(Object.keys(answers)).toEqual(expect.arrayContaining(['200', '400', '401', '404']))
}, 180_000)

it('plans the same walk from the same seed, and another from another', () => {
  expect(planRequests(5, 20)).toEqual(planRequests(5, 20))
  expect(planRequests(5, 20)).not.toEqual(planRequests(6, 20))
  expect(planFrames(5, 20)).toEqual(planFrames(5, 20))
})

it.each<[string, RouteKey, RawAnswer]>([
  ['a server error', 'auth.me', json(500, errorBody('INTERNAL', 'Oh.', 'r'))],
  ['an error of another shape', 'auth.me', json(401, { error: 'Unauthorized' })],
  ['a code that does not go with its status', 'auth.me', json(400, errorBody('UNAUTHENTICATED', 'No.', 'r'))],
  ['a code the route does not declare', 'auth.me', json(404, errorBody('NOT_FOUND', 'No.', 'r'))],
  ['a stack trace', 'auth.me', json(401, errorBody('UNAUTHENTICATED', 'at run (a.ts:1)', 'r'))],
  ['a success the route does not declare', 'auth.logout', json(200, {})],
  ['a body that is not the schema’s', 'ai.suggestions', json(200, { suggestions: [1] })],
  ['a field too many', 'ai.suggestions', json(200, { suggestions: [], extra: 1 })],
])('finds %s', (_, route, answer) => {
  expect(judgeAnswer(route, answer)).not.toBeNull()
})

it('takes every declared error and success', () => {
  for (const code of ['BAD_REQUEST', 'UNAUTHENTICATED'] as const)
    expect(judgeAnswer('auth.me', json(ERRORS[code].status, errorBody(code, 'No.', 'r')))).toBeNull()
  expect(judgeAnswer('ai.suggestions', json(200, { suggestions: ['a'] }))).toBeNull()
})

it('finds an internal address that is answered', () => {
  expect(judgeStray('/internal/metrics', json(200, {}))).toContain('not for the outside')
  expect(judgeStray('/internal/metrics', json(404, errorBody('NOT_FOUND', 'No.', 'r')))).toBeNull()
})

it('finds a frame and a close code that no page knows', () => {
  expect(judgeFrame({ type: 'ready', username: null })).toBeNull()
  expect(judgeFrame(frameOf('{"type":"ready","username":5}'))).toContain('not the schema')
  expect(judgeFrame(frameOf('{"type":"new_message"}'))).toContain('nobody knows')
  expect(judgeClose(4001)).toBeNull()
  expect(judgeClose(1011)).toContain('1011')
})

it('finds bytes that are taken for a request, or for two', async () => {
  const server = createServer((_, response) => response.end('fine'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  expect(judgeBytes(await sendBytes(url, 'GET / HTTP/1.1\r\nHost: {host}\r\n\r\n'))).toContain('200')
  server.closeAllConnections()
  server.close()
  expect(judgeBytes('HTTP/1.1 400 Bad\r\n\r\nHTTP/1.1 400 Bad\r\n')).toContain('two requests')
  expect(judgeBytes('HTTP/1.1 400 Bad Request\r\n\r\nno')).toContain('another shape')
})
