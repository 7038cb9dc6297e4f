import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DEAD_LETTERS_PATH, EVENTS_PATH, REPLAY_DEAD_LETTER_PATH } from '@emotibot/contracts'
import { expect, it, onTestFinished } from 'vitest'
import { createTestConsumer } from '../testing/consumer.ts'
import { serveInbox } from '../testing/http-consumer.ts'
import { recordedEvent, SOURCE } from '../testing/source.ts'
import { createHttpTransport } from './http-transport.ts'

const batch = { source: SOURCE, after: '', upTo: 'a.1', places: [], events: [recordedEvent('a', 'one', 1)] }

async function lineTo(listener: RequestListener, deadlineMs?: number) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const transport = createHttpTransport({
    subscribers: [{ name: 'emotion', url }],
    tokenFor: async (name) => `for-${name}`,
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  })
  onTestFinished(async () => {
    await transport.close()
    server.closeAllConnections()
    server.close()
  })
  return { line: transport.lines[0]!, transport }
}

const answering = (status: number, body = '') =>
  lineTo((_request, response) => response.writeHead(status, { location: '/elsewhere' }).end(body))

it('posts a batch with a token for its subscriber', async () => {
  const seen: unknown[] = []
  const { line } = await lineTo((request, response) => {
    seen.push([request.method, request.url, request.headers.authorization])
    response.writeHead(204).end()
  })
  expect(await line.send(batch)).toEqual({ outcome: 'delivered' })
  expect(seen).toEqual([['POST', EVENTS_PATH, 'Bearer for-emotion']])
})

it.each([
  [200, '{}'],
  [302, ''],
  [401, '{}'],
  [409, '{"code":"STALE_EPOCH"}'],
  [409, 'not json'],
  [413, ''],
  [500, '<html>'],
  [503, '{"code":"BUSY"}'],
])('takes a %s with %j for no delivery', async (status, body) => {
  const { line } = await answering(status, body)
  await expect(line.send(batch)).rejects.toThrow()
})

it('gives up on a subscriber that does not answer in time, and when it is closed', async () => {
  const hanging = await lineTo(() => undefined, 50)
  await expect(hanging.line.send(batch)).rejects.toThrow(/time/i)
  const closed = await lineTo(() => undefined)
  const sending = closed.line.send(batch)
  await closed.transport.close()
  await expect(sending).rejects.toThrow()
})

it('hears from an inbox’s endpoints what became of a batch and of dead letters', async () => {
  const consumer = await createTestConsumer()
  const served = await serveInbox(consumer.inbox)
  onTestFinished(async () => {
    await served.close()
    await consumer.close()
  })
  const post = async (path: string, body?: unknown) => {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const answer = await fetch(served.url + path, { method: 'POST', ...(text && { body: text }) })
    return [answer.status, await answer.text()]
  }
  const replay = (id: string) => post(REPLAY_DEAD_LETTER_PATH.replace(':id', id))
  expect(await post(EVENTS_PATH, { ...batch, events: [{}] })).toEqual([204, ''])
  expect(await post(EVENTS_PATH, { ...batch, after: 'a.7', upTo: 'a.9' })).toEqual([
    409,
    '{"code":"GAP","at":"a.1"}',
  ])
  expect((await post(EVENTS_PATH, { no: 'batch' }))[0]).toBe(400)
  expect((await post(EVENTS_PATH))[0]).toBe(400)
  const listed = await (await fetch(served.url + DEAD_LETTERS_PATH)).json()
  expect(listed).toMatchObject({
    dead_letters: [{ id: 1, source: SOURCE, reason: expect.stringMatching(/^malformed/) }],
  })
  expect((await replay('1'))[0]).toBe(409)
  for (const id of ['2', 'x', '-1', '1e3', '9'.repeat(40)]) expect((await replay(id))[0]).toBe(404)
})
