import { type ChildProcess, spawn } from 'node:child_process'
import { once as onceEvent } from 'node:events'
import { fileURLToPath } from 'node:url'
import { INTERNAL_PATHS } from '@emotibot/contracts'
import { freePort } from '@emotibot/db'
import { until } from '../until.ts'
import { once, type RunningApp } from './running-app.ts'

export type ProcessOptions = {
  readonly env: Readonly<Record<string, string>>
  /** Another program than the app's own `main.ts`: one that hosts it for a test. */
  readonly main?: string
}

/** Generous, for a machine that has other work too. */
const UP_WITHIN_MS = 60_000
const STOP_WITHIN_MS = 15_000

/** Starts an app as a process of its own and waits until it is ready. It ends with this process, whatever happens. */
export async function startProcess(name: string, options: ProcessOptions): Promise<RunningApp> {
  const wished = Number(options.env['EMOTIBOT_PORT'] ?? 0)
  const port = wished === 0 ? await freePort(0) : wished
  const url = `http://127.0.0.1:${port}`
  const env = { ...options.env, EMOTIBOT_PORT: String(port), EMOTIBOT_SUPERVISED: '1' }
  const launch = () => launchOnce(name, url, { ...options, env })
  let { child, said } = await launch()
  return {
    name,
    url,
    get pid() {
      return child.pid ?? null
    },
    isRunning: () => !hasEnded(child),
    lastWords: () => said(),
    kill: () => end(child, 'SIGKILL'),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    restart: async () => {
      await end(child, 'SIGKILL')
      ;({ child, said } = await launch())
    },
    close: once(() => stop(child)),
  }
}

type Launched = { readonly child: ChildProcess; readonly said: () => string }

async function launchOnce(name: string, url: string, options: ProcessOptions): Promise<Launched> {
  const child = spawnApp(name, options)
  const said = collectErrors(child)
  try {
    await untilReady(name, url, child)
    return { child, said }
  } catch (cause) {
    await end(child, 'SIGKILL')
    throw new Error(`${name} did not start: ${said() || 'it said nothing'}`, { cause })
  }
}

function spawnApp(name: string, { env, main }: ProcessOptions): ChildProcess {
  const file = main ?? fileURLToPath(new URL(`../../../../apps/${name}/src/main.ts`, import.meta.url))
  const inherited = Object.entries(process.env).filter(([variable]) => !variable.startsWith('EMOTIBOT_'))
  // Standard input stays open and is never written to: its end tells the app that we are gone.
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['pipe', 'ignore', 'pipe'],
  })
}

function collectErrors(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.on('data', (bytes: Buffer) => {
    text = (text + bytes.toString()).slice(-2_000)
  })
  return () => text
}

async function untilReady(name: string, url: string, child: ChildProcess): Promise<void> {
  const isReady = async () => {
    if (hasEnded(child)) return true
    const answer = await fetch(url + INTERNAL_PATHS.ready, { signal: AbortSignal.timeout(2_000) })
    await answer.arrayBuffer()
    return answer.ok
  }
  await until(`${name} is ready`, isReady, UP_WITHIN_MS)
  if (hasEnded(child)) throw new Error(`${name} ended: ${child.exitCode ?? child.signalCode}.`)
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return
  const gone = onceEvent(child, 'exit')
  child.kill(signal)
  await gone
}

/** In order; a frozen one is thawed for it, and one that does not stop is killed. */
async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGCONT')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
  await end(child, 'SIGTERM')
  clearTimeout(timer)
}
