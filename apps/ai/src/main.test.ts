import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '@emotibot/db'
import { expect, onTestFinished, test } from 'vitest'

async function waitUntilReady(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/health/ready`).catch(() => null)
    if (answer?.ok) return
    await pause(20)
  }
}

test('the service starts alone, with no setting but a port, and ends on SIGTERM', async () => {
  const port = await freePort(0)
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
