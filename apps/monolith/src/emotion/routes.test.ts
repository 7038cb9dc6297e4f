import { createServer, mountRoutes } from '@emotibot/service-kit'
import { expect, test } from 'vitest'
import { pureEmotionHandlers } from './routes.ts'

function startServer() {
  const server = createServer({ name: 'monolith', logLevel: 'silent' })
  const verify = () => Promise.reject(new Error('a public route looks at no token'))
  mountRoutes(server, pureEmotionHandlers, { verify, renew: null })
  return server
}

function post(url: string, payload: object | string) {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer not.a.token' }
  return startServer().inject({ method: 'POST', url, headers, payload })
}

test('analyze answers the label, its confidence, polarity, subjectivity and all scores, whatever the token', async () => {
  const answer = await post('/api/emotion/analyze', { text: 'I am very happy' })
  expect(answer.statusCode).toBe(200)
  expect(answer.body).toBe(
    '{"emotion":"happy","confidence":0.8571,"polarity":0.6124,"subjectivity":0.25,' +
      '"scores":{"happy":0.8571,"sad":0,"angry":0,"surprised":0,"fearful":0,"neutral":0.1429}}',
  )
})

test('a batch answers errors by item', async () => {
  const answer = await post('/api/emotion/analyze/batch', { texts: ['tea', null] })
  expect(answer.json().results).toMatchObject([
    { index: 0, analysis: {} },
    { index: 1, error: {} },
  ])
})

test.each([
  ['/api/emotion/analyze', 'null'],
  ['/api/emotion/analyze', '[]'],
  ['/api/emotion/analyze', '{"text":7}'],
  ['/api/emotion/analyze', '{"text":"  "}'],
  ['/api/emotion/analyze', '{"text":"a","more":1}'],
  ['/api/emotion/analyze', '{"text":"\\u0000"}'],
  ['/api/emotion/analyze', '{"text":'],
  ['/api/emotion/analyze/batch', '{"texts":[]}'],
  ['/api/emotion/analyze/batch', '{"texts":"a"}'],
])('%s refuses %s with a 400 in the one shape', async (url, payload) => {
  const answer = await post(url, payload)
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({ error: 'Bad request', code: 'BAD_REQUEST' })
})
