import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, it } from 'vitest'
import { createRawSender } from './send-raw.ts'

const cleanups: (() => unknown)[] = []
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean()
})

async function senderTo(listener: RequestListener) {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sender = createRawSender(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  cleanups.push(
    sender.close,
    () => server.closeAllConnections(),
    () => server.close(),
  )
  return sender
}

it('sends repeated headers and odd paths as spelled, and gives the answer as it came', async () => {
  const sender = await senderTo((request, response) => {
    response.writeHead(200, [
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
    ])
    response.end(JSON.stringify({ path: request.url, headers: request.rawHeaders }))
  })
  const answer = await sender.send({
    method: 'POST',
    path: '/a//b/%2e%2e?q=%00',
    headers: [
      ['X-Two', '1'],
      ['X-Two', '2'],
    ],
    body: 'é',
  })
  const seen = JSON.parse(answer.body.toString()) as { path: string; headers: string[] }
  expect(seen.path).toBe('/a//b/%2e%2e?q=%00')
  expect(seen.headers.filter((_, at, all) => all[at - 1] === 'X-Two')).toEqual(['1', '2'])
  expect(seen.headers.filter((_, at, all) => all[at - 1] === 'content-length')).toEqual(['2'])
  expect(answer.headers.filter(([name]) => name === 'set-cookie')).toEqual([
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ])
})

it.each([0, 1, 65_535, 65_536, 65_537, 131_072, 500_001])(
  'sends all of a body of %i bytes',
  async (length) => {
    const sender = await senderTo(async (request, response) => {
      response.end(String((await text(request)).length))
    })
    const answer = await sender.send({ method: 'POST', path: '/', body: 'x'.repeat(length) })
    expect(answer.body.toString()).toBe(String(length))
  },
)

it('reads the refusal of a body that nobody reads to its end', async () => {
  const sender = await senderTo((_request, response) => {
    response.writeHead(413, { connection: 'close' }).end('too large')
  })
  for (let round = 0; round < 5; round += 1) {
    const answer = await sender.send({ method: 'POST', path: '/', body: Buffer.alloc(17 * 1_024 * 1_024) })
    expect({ status: answer.status, body: answer.body.toString() }).toEqual({
      status: 413,
      body: 'too large',
    })
  }
})

it('rejects where nobody listens', async () => {
  const sender = createRawSender('http://127.0.0.1:1')
  await expect(sender.send({ method: 'GET', path: '/' })).rejects.toThrow('ECONNREFUSED')
  sender.close()
})
