import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { execa } from 'execa'
import type { Exit, Part, Running } from './part.ts'
import { waitForReady } from './wait-for-ready.ts'

export type NodeProcessSpec = {
  /** A TypeScript or JavaScript file. */
  entry: string
  /** Asked at every start: the whole environment besides PATH and its like. */
  env: () => Readonly<Record<string, string>>
  /**
   * Answers 200 when the process is ready; without one it is ready at once. Asked only after the process
   * sent `listening`: until then somebody else may answer there.
   */
  readyUrl?: string
  /** Gets every line the process prints. */
  onLine: (line: string) => void
}

const STOP_WITHIN_MS = 12_000
const isWindows = process.platform === 'win32'

/** How to launch a Node process that ends when we do: it holds the other end of its standard input. */
export function nodeProcess(spec: NodeProcessSpec): Part['launch'] {
  return async (signal) => {
    const running = spawn(spec)
    try {
      if (spec.readyUrl) await waitForReady(spec.readyUrl, running, signal)
      return running
    } catch (error) {
      await running.stop()
      throw error
    }
  }
}

function spawn({ entry, env, onLine }: NodeProcessSpec): Running & { listening: Promise<void> } {
  const child = execa(process.execPath, ['--disable-warning=ExperimentalWarning', entry], {
    env: { ...inheritedEnvironment(), ...env(), EMOTIBOT_SUPERVISED: '1' },
    extendEnv: false,
    stdin: 'pipe',
    ipc: true,
    all: true,
    buffer: false,
    reject: false,
    // A process group of its own: Ctrl-C reaches only us, who stop in order, and its whole tree can be ended.
    detached: !isWindows,
  })
  createInterface({ input: child.all }).on('line', onLine)
  // Not the promise of execa: that one waits for the output too, which a grandchild may hold open.
  const exited = new Promise<Exit>((resolve) => {
    child.nodeChildProcess.once('exit', (code, signal) => resolve({ code, signal }))
    child.nodeChildProcess.once('error', () => resolve({ code: null, signal: null }))
  })
  void exited.then(() => killTree(child.pid))
  const listening = new Promise<void>((resolve) => child.nodeChildProcess.once('message', () => resolve()))
  return { pid: child.pid ?? 0, exited, listening, stop: () => stopProcess(child, exited) }
}

type Child = { pid?: number; kill(signal: 'SIGTERM'): boolean }

async function stopProcess(child: Child, exited: Promise<Exit>): Promise<void> {
  child.kill('SIGTERM')
  const timer = new AbortController()
  const late = delay(STOP_WITHIN_MS, 'late', { signal: timer.signal }).catch(() => 'in time')
  if ((await Promise.race([exited, late])) === 'late') killTree(child.pid)
  timer.abort()
  await exited
}

/** Ends what is left of a process and of those it started. */
function killTree(pid: number | undefined): void {
  if (!pid) return
  try {
    process.kill(isWindows ? pid : -pid, 'SIGKILL')
  } catch {
    // Nothing was left.
  }
}

/** Our own settings do not leak into the parts: each is given its own. */
function inheritedEnvironment(): Record<string, string> {
  const inherited: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !isSetting(name)) inherited[name] = value
  }
  return inherited
}

const isSetting = (name: string): boolean => name.startsWith('EMOTIBOT_') || name.endsWith('_DATABASE_URL')
