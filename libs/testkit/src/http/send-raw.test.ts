import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { createRawSender } from './send-raw.ts'

it('sends repeated headers and odd paths as spelled, and gives the answer as it came', async () => {
  const server = createServer((request, response) => {
    response.writeHead(200, [
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
    ])
    response.end(JSON.stringify({ path: request.url, headers: request.rawHeaders }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sender = createRawSender(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
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
  sender.close()
  server.close()
})
