import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (typeof address !== 'object' || address === null) throw new Error('the test found no free port')
  return address.port
}

async function waitUntilReady(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/health/ready`).catch(() => null)
    if (answer?.ok) return
    await pause(20)
  }
}

test('the service starts alone, with no setting but a port, and ends on SIGTERM', async () => {
  const port = await freePort()
  const child = spawn(process.execPath, [new URL('main.ts', import.meta.url).pathname], {
    env: { EMOTIBOT_PORT: String(port), EMOTIBOT_LOG_LEVEL: 'error' },
    stdio: 'inherit',
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await waitUntilReady(`http://127.0.0.1:${port}`)
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  expect(code).toBe(0)
})
