import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { INTERNAL, ON_BEHALF_OF, POSITION_HEADER } from '@emotibot/contracts'
import { describe, expect, it, onTestFinished } from 'vitest'
import { verifyServiceToken } from '../tokens/index.ts'
import { InternalCallError } from './internal-call-error.ts'
import { createInternalClient, type InternalQuestion } from './internal-client.ts'

const secret = 'shared by all processes'
const question: InternalQuestion = {
  method: 'GET',
  path: '/internal/felt',
  user: 'u-1',
  partition: 'zoë',
  deadlineMs: 2_000,
}

type Answering = (request: IncomingMessage, response: ServerResponse, body: string) => void

async function startPort(answer: Answering) {
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray()
    answer(request, response, Buffer.concat(chunks).toString())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const answering =
  (text: string): Answering =>
  (_request, response) =>
    response.end(text)

async function clientOf(answer: Answering, options: { bytesMax?: number; now?: () => number } = {}) {
  const url = await startPort(answer)
  return { url, client: createInternalClient({ url, name: 'conversation', secret, ...options }) }
}

describe('a question', () => {
  it('says who asks, for whom, whose partition it is, and what the answer must have seen', async () => {
    const heard: IncomingMessage[] = []
    const { client } = await clientOf((request, response) => {
      heard.push(request)
      response.end('{"turns":[]}')
    })
    const position = { '0a1b2c3d4e': 7 }
    const answer = await client.ask({
      ...question,
      position,
      authorization: 'Bearer a.b.c',
      requestId: 'r-1',
    })
    expect(answer).toEqual({ status: 200, body: { turns: [] } })
    const headers = heard[0]?.headers ?? {}
    expect(headers).toMatchObject({
      [ON_BEHALF_OF.user]: 'u-1',
      [ON_BEHALF_OF.partition]: 'zo%C3%AB',
      [POSITION_HEADER]: '0a1b2c3d4e.7',
      authorization: 'Bearer a.b.c',
      'x-request-id': 'r-1',
    })
    const token = String(headers[ON_BEHALF_OF.token])
    expect(await verifyServiceToken(token, { secret, audience: INTERNAL })).toEqual({
      caller: 'conversation',
    })
  })

  it('carries a body as JSON, and nobody where it is for a guest', async () => {
    const heard: unknown[] = []
    const { client } = await clientOf((request, response, body) => {
      heard.push(request.method, request.headers['content-type'], request.headers[ON_BEHALF_OF.user], body)
      response.writeHead(201).end('{}')
    })
    const body = { text: 'hello' }
    expect((await client.ask({ ...question, method: 'POST', user: null, body })).status).toBe(201)
    expect(heard).toEqual(['POST', 'application/json', undefined, '{"text":"hello"}'])
  })

  it.each([404, 503])('that is answered with %i is answered', async (status) => {
    const { client } = await clientOf((_request, response) => response.writeHead(status).end('{"code":"X"}'))
    expect(await client.ask(question)).toEqual({ status, body: { code: 'X' } })
  })

  it('that is answered without a body is answered null', async () => {
    const { client } = await clientOf((_request, response) => response.writeHead(204).end())
    expect(await client.ask(question)).toEqual({ status: 204, body: null })
  })
})

describe('the service token', () => {
  it('is kept while it is young, and made anew before it ends', async () => {
    const tokens: unknown[] = []
    const clock = { nowMs: 1_000_000 }
    const { client } = await clientOf(
      (request, response) => {
        tokens.push(request.headers[ON_BEHALF_OF.token])
        response.end()
      },
      { now: () => clock.nowMs },
    )
    for (const laterMs of [0, 59_000, 1_000, 1_000]) {
      clock.nowMs += laterMs
      await client.ask(question)
    }
    expect([tokens[0] === tokens[1], tokens[1] === tokens[2], tokens[2] === tokens[3]]).toEqual([
      true,
      false,
      true,
    ])
  })
})

describe('trouble says which URL was asked, and why it did not answer', () => {
  const troubleOf = async (asked: Promise<unknown>): Promise<InternalCallError> => {
    const trouble: unknown = await asked.catch((error: unknown) => error)
    if (!(trouble instanceof InternalCallError)) throw new Error('It was answered.')
    return trouble
  }

  it('when nobody is set', async () => {
    const client = createInternalClient({ url: '', name: 'conversation', secret })
    expect((await troubleOf(client.ask(question))).message).toContain('EMOTIBOT_INTERNAL_URL')
  })

  it('when nothing listens there', async () => {
    const client = createInternalClient({ url: 'http://127.0.0.1:1', name: 'conversation', secret })
    const { message } = await troubleOf(client.ask({ ...question, path: '/api/emotion/trends' }))
    expect(message).toContain('GET http://127.0.0.1:1/api/emotion/trends was not answered: ')
  })

  it('when the deadline passes before the head', async () => {
    const { client, url } = await clientOf(() => undefined)
    const { message } = await troubleOf(client.ask({ ...question, deadlineMs: 50 }))
    expect(message).toBe(`GET ${url}/internal/felt was not answered: no whole answer within 50 ms.`)
  })

  it('when the deadline passes in the middle of the answer', async () => {
    const { client } = await clientOf((_request, response) => response.write('{"turns":'))
    const { message } = await troubleOf(client.ask({ ...question, deadlineMs: 100 }))
    expect(message).toContain('no whole answer within 100 ms')
  })

  it('when who asked leaves', async () => {
    const { client } = await clientOf(() => undefined)
    const leaving = new AbortController()
    const asked = client.ask({ ...question, signal: leaving.signal })
    leaving.abort()
    expect((await troubleOf(asked)).message).toContain('who asked left')
  })

  it('when the answer is too long', async () => {
    const { client } = await clientOf(answering('x'.repeat(2_000)), { bytesMax: 1_000 })
    const { message } = await troubleOf(client.ask(question))
    expect(message).toContain('the answer (200) is longer than 1000 bytes')
  })

  it('when the answer is not JSON', async () => {
    const { client } = await clientOf(answering('<html>'))
    expect((await troubleOf(client.ask(question))).message).toContain('the answer (200) is not JSON')
  })

  it('when the answer is cut off', async () => {
    const { client } = await clientOf((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{')
      setTimeout(() => response.destroy(), 20)
    })
    expect((await troubleOf(client.ask(question))).message).toContain('was not answered: ')
  })
})
