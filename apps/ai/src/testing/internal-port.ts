import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Analysis, INTERNAL, INTERNAL_ROUTES, ON_BEHALF_OF } from '@emotibot/contracts'
import { verifyServiceToken } from '@emotibot/service-kit'
import { onTestFinished } from 'vitest'
import { SECRET } from './start-ai.ts'

export const SAD: Analysis = {
  emotion: 'sad',
  confidence: 0.8,
  polarity: -0.5,
  subjectivity: 0.25,
  scores: { happy: 0, sad: 0.8, angry: 0, surprised: 0, fearful: 0, neutral: 0.2 },
}

export type Answering = (response: ServerResponse) => void

/** What the facade's internal port is asked here. */
export type InternalPort = {
  readonly url: string
  requests: number
  /** Headers of the last request. */
  headers: IncomingMessage['headers']
  /** Everything is sad unless said. */
  answer: Answering
  /** Nothing was felt unless said. */
  answerFelt: Answering
}

export const answersJson =
  (body: unknown, status = 200): Answering =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

/** A real server in its place, which lets in who has a service token and names a partition. Gone with the test. */
export async function startInternalPort(): Promise<InternalPort> {
  const http = createServer((request, response) => {
    port.requests += 1
    port.headers = request.headers
    request.resume().once('end', () => void answer(request, response))
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const port: InternalPort = {
    ...{ url, requests: 0, headers: {} },
    ...{ answer: answersJson(SAD), answerFelt: answersJson({ turns: [] }) },
  }
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!(await isLetIn(request))) answersJson({ code: 'UNAUTHENTICATED' }, 401)(response)
    else if (request.url === INTERNAL_ROUTES.felt.path) port.answerFelt(response)
    else port.answer(response)
  }
  onTestFinished(() => {
    http.closeAllConnections()
    http.close()
  })
  return port
}

async function isLetIn({ headers }: IncomingMessage): Promise<boolean> {
  const token = String(headers[ON_BEHALF_OF.token])
  const isOneOfUs = verifyServiceToken(token, { secret: SECRET, audience: INTERNAL }).then(
    () => true,
    () => false,
  )
  return (await isOneOfUs) && headers[ON_BEHALF_OF.partition] !== undefined
}
