import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { INTERNAL_PATHS, routes } from '@emotibot/contracts'
import { freePort } from '@emotibot/db'
import { until } from '@emotibot/testkit'
import { type TreeUse, useOfTree } from './process-tree.ts'

const START = fileURLToPath(new URL('../../../scripts/commands/start.ts', import.meta.url))
const UP_WITHIN_MS = 60_000

export type Started = TreeUse & { readonly seconds: number }

/** Runs what `npm start` runs on one data folder until everything is healthy, looks, and stops it. */
export async function startAndStop(dataDir: string, signal: AbortSignal): Promise<Started> {
  const env = await ownSettings(dataDir)
  const startMs = performance.now()
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', START, '--no-visitors'], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const said = errorsOf(child)
  try {
    await until('everything is healthy', () => signal.aborted || isHealthy(dataDir, child), UP_WITHIN_MS)
    signal.throwIfAborted()
    if (child.exitCode !== null) throw new Error(`npm start ended: ${said()}`)
    const seconds = (performance.now() - startMs) / 1_000
    return { seconds, ...useOfTree(child.pid ?? 0) }
  } finally {
    await stop(child)
  }
}

/** Nothing of the caller's own settings, and no port that somebody's running stack has. */
async function ownSettings(dataDir: string): Promise<NodeJS.ProcessEnv> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^EMOTIBOT_|_DATABASE_URL$/.test(name))
  return {
    ...Object.fromEntries(inherited),
    EMOTIBOT_DATA_DIR: dataDir,
    EMOTIBOT_PORT: String(await freePort(0)),
    EMOTIBOT_CONTROL_PORT: String(await freePort(0)),
  }
}

function errorsOf(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.on('data', (bytes: Buffer) => {
    text = (text + bytes.toString()).slice(-2_000)
  })
  return () => text || 'it said nothing'
}

/** The run file is written, every app says it is ready, and the front door answers for the one behind it. */
async function isHealthy(dataDir: string, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) return true
  const run: unknown = JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8'))
  const { facade, apps } = run as { facade: string; apps: Record<string, { url: string }> }
  const pages = [
    facade + routes['ai.suggestions'].path,
    ...Object.values(apps).map(({ url }) => url + INTERNAL_PATHS.ready),
  ]
  const answers = await Promise.all(pages.map((page) => fetch(page)))
  await Promise.all(answers.map((answer) => answer.arrayBuffer()))
  return answers.every((answer) => answer.ok)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGINT')
  await gone
}
