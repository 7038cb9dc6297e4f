import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { startPeer } from '../facade/peers.ts'
import { requestsPerCpuSecond } from './load.ts'

test('a server measured twice differs from itself by noise only', async () => {
  const upstream = await startPeer('upstream')
  onTestFinished(() => upstream.close())
  const request = { method: 'GET', path: '/' } as const
  await requestsPerCpuSecond(upstream, request)
  const [first, second] = [
    await requestsPerCpuSecond(upstream, request),
    await requestsPerCpuSecond(upstream, request),
  ]
  expect(second / first).toBeGreaterThan(0.5)
  expect(second / first).toBeLessThan(2)
})

test('a refusal is no speed', async () => {
  const server = createServer((_request, response) => response.writeHead(503).end()).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const target = { url: `http://127.0.0.1:${port}`, pid: process.pid }
  await expect(requestsPerCpuSecond(target, { method: 'POST', path: '/', body: {} })).rejects.toThrow(
    'refusals',
  )
})
