import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { freePort } from '@emotibot/db'
import type { TestStore } from '@emotibot/service-store/testing'
import { onTestFinished } from 'vitest'
import { type Env, envOf } from './start-conversation.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

export type ServiceProcess = {
  readonly url: string
  /** Kills it as `kill -9` does, and waits until it is gone. */
  kill(): Promise<void>
  /** Stops it where it stands, and lets it go on. */
  freeze(): void
  thaw(): void
}

/** The service as a process of its own; gone with the test. */
export async function startProcess(store: TestStore, env: Env = {}): Promise<ServiceProcess> {
  const port = await freePort(0)
  const { HOME = '', PATH = '' } = process.env
  const child = spawn(process.execPath, [MAIN], {
    env: { HOME, PATH, ...envOf(store, env), EMOTIBOT_PORT: String(port) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  onTestFinished(() => killChild(child))
  await once(child, 'message')
  return {
    url: `http://127.0.0.1:${port}`,
    kill: () => killChild(child),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
  }
}

async function killChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
