import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Analysis } from '@emotibot/contracts'
import { onTestFinished } from 'vitest'

export const SAD: Analysis = {
  emotion: 'sad',
  confidence: 0.8,
  polarity: -0.5,
  subjectivity: 0.25,
  scores: { happy: 0, sad: 0.8, angry: 0, surprised: 0, fearful: 0, neutral: 0.2 },
}

export const REPLY = 'That sounds hard.'
const { scores: _scores, ...FELT } = SAD
/** What ai answers. */
export const REPLIED = { bot_message: REPLY, ...FELT }

export type Asked = { readonly path: string; readonly headers: IncomingHttpHeaders; readonly text: string }
export type Answering = (response: ServerResponse, asked: Asked) => void

export type NeighbourServer = {
  readonly url: string
  /** All that was asked, in its order. */
  readonly asked: Asked[]
  /** How often a path was asked, of one text where it is given. */
  count(path: string, text?: string): number
  /** What each path answers; the usual unless said. */
  readonly answers: Record<string, Answering>
  /** From now on a path does not answer, and then is back. */
  hang(path: string): void
  fail(path: string): void
  mend(): void
}

export const EMOTION = '/api/emotion/analyze'
export const REPLIES_TO = '/api/ai/reply'
export const ME = '/api/auth/me'

export const answersJson =
  (body: unknown, status = 200): Answering =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

const usual = (): Record<string, Answering> => ({
  [EMOTION]: answersJson(SAD),
  [REPLIES_TO]: answersJson(REPLIED),
  [ME]: (response, { headers }) =>
    answersJson({ user: userOf(String(headers['emotibot-user'])) })(response, {
      headers,
      path: ME,
      text: '',
    }),
})

export const userOf = (userId: string) => ({
  user_id: userId,
  username: `of auth: ${userId}`,
  email: `${userId}@example.org`,
  created_at: '2026-01-02T03:04:05.678Z',
  updated_at: '2026-01-02T03:04:05.678Z',
  is_active: true,
})

/** What of the facade's internal port is asked here. Gone with the test. */
export async function startNeighbours(): Promise<NeighbourServer> {
  const asked: Asked[] = []
  const answers = usual()
  const http = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString()
    const { text = '' } = (body === '' ? {} : JSON.parse(body)) as { text?: string }
    const one = { path: request.url ?? '', headers: request.headers, text }
    asked.push(one)
    const answer = answers[one.path] ?? answersJson({}, 404)
    answer(response, one)
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  onTestFinished(() => {
    http.closeAllConnections()
    http.close()
  })
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    asked,
    answers,
    count: (path, text) =>
      asked.filter((one) => one.path === path && (text === undefined || one.text === text)).length,
    hang(path) {
      answers[path] = () => undefined
    },
    fail(path) {
      answers[path] = answersJson({ code: 'BUSY' }, 503)
    },
    mend() {
      Object.assign(answers, usual())
    },
  }
}
