import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from './free-port.ts'

async function hold(port: number): Promise<void> {
  const server = createServer().listen({ host: '127.0.0.1', port })
  onTestFinished(() => void server.close())
  await once(server, 'listening')
}

test('the wanted port is given when it is free, another one when it is busy', async () => {
  const wanted = await freePort(0)
  expect(await freePort(wanted)).toBe(wanted)

  await hold(wanted)
  const other = await freePort(wanted)
  expect(other).not.toBe(wanted)
  await hold(other)
})

test('a found port is out of reach of outgoing connections, and found once', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, () => freePort(0)))
  expect(new Set(ports).size).toBe(50)
  for (const port of ports) expect(port).toBeLessThan(32_768)
})
