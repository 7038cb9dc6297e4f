import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { createClient, pathOf } from './client.ts'

let server: Server | undefined
afterEach(() => server?.close())

type Seen = { method: string; url: string; headers: IncomingMessage['headers']; body: string }

/** A real server that answers one thing and remembers what it was asked. */
async function answering(status: number, body: string, type = 'application/json') {
  const seen: Seen[] = []
  server = createServer(async (request, response) => {
    seen.push({
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body: await text(request),
    })
    response.writeHead(status, { 'content-type': type }).end(body)
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const client = createClient({
    baseUrl: `http://127.0.0.1:${port}`,
    headers: () => ({ authorization: 'Bearer t' }),
  })
  return { client, seen }
}

describe('the typed client', () => {
  it('sends method, path, query, body and headers as the route says', async () => {
    const { client, seen } = await answering(201, '{"turn":{}}')
    await client.call('conversation.send', {
      params: { id: 'a b/c' },
      body: { text: 'héllo' },
      headers: { 'idempotency-key': 'k' },
    })
    await client.call('conversation.search', { query: { q: 'a&b', limit: 5 } })
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/api/conversations/a%20b%2Fc/turns',
      body: '{"text":"héllo"}',
    })
    expect(seen[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'idempotency-key': 'k',
      authorization: 'Bearer t',
    })
    expect(seen[1]?.url).toBe('/api/conversations/search?q=a%26b&limit=5')
  })

  it('tells success and error apart without throwing', async () => {
    const { client } = await answering(401, '{"code":"UNAUTHENTICATED"}')
    const outcome = await client.call('auth.me', {})
    expect(outcome).toMatchObject({ ok: false, status: 401, body: { code: 'UNAUTHENTICATED' } })
  })

  it('reads no body where there is none, and text where it is text', async () => {
    const { client } = await answering(200, '# Export', 'text/markdown')
    expect((await client.call('conversation.export', { query: { format: 'md' } })).body).toBe('# Export')
  })
})

it('says which parameter a path lacks', () => {
  expect(() => pathOf('conversation.delete_turn', { id: 'a' })).toThrow('turn_id')
})
