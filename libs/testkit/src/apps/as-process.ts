import { type ChildProcess, spawn } from 'node:child_process'
import { once as onceEvent } from 'node:events'
import { fileURLToPath } from 'node:url'
import { INTERNAL_PATHS } from '@emotibot/contracts'
import { freePort } from '@emotibot/db'
import { until } from '../until.ts'
import { once, type RunningApp } from './running-app.ts'

const UP_WITHIN_MS = 20_000

/** Starts an app as a process of its own and waits until it is ready. It ends with this process, whatever happens. */
export async function startProcess(name: string, env: Readonly<Record<string, string>>): Promise<RunningApp> {
  const port = await freePort(0)
  const child = spawnApp(name, { ...env, EMOTIBOT_PORT: String(port), EMOTIBOT_SUPERVISED: '1' })
  const url = `http://127.0.0.1:${port}`
  const said = collectErrors(child)
  try {
    await untilReady(name, url, child)
  } catch (cause) {
    await end(child, 'SIGKILL')
    throw new Error(`${name} did not start: ${said()}`, { cause })
  }
  return {
    name,
    url,
    pid: child.pid ?? null,
    kill: () => end(child, 'SIGKILL'),
    close: once(() => end(child, 'SIGTERM')),
  }
}

function spawnApp(name: string, env: Readonly<Record<string, string>>): ChildProcess {
  const main = fileURLToPath(new URL(`../../../../apps/${name}/src/main.ts`, import.meta.url))
  const inherited = Object.entries(process.env).filter(([variable]) => !variable.startsWith('EMOTIBOT_'))
  // Standard input stays open and is never written to: its end tells the app that we are gone.
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['pipe', 'ignore', 'pipe'],
  })
}

function collectErrors(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.on('data', (bytes: Buffer) => {
    text = (text + bytes.toString()).slice(-2_000)
  })
  return () => text || 'it said nothing'
}

async function untilReady(name: string, url: string, child: ChildProcess): Promise<void> {
  const isReady = async () => {
    if (child.exitCode !== null) return true
    const answer = await fetch(url + INTERNAL_PATHS.ready)
    await answer.arrayBuffer()
    return answer.ok
  }
  await until(`${name} is ready`, isReady, UP_WITHIN_MS)
  if (child.exitCode !== null) throw new Error(`${name} ended with status ${child.exitCode}.`)
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = onceEvent(child, 'exit')
  child.kill(signal)
  await gone
}
