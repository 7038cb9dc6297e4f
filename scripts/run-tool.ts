import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { delimiter } from 'node:path'
import { inRepository, ROOT } from './stack/places.ts'

export type ToolRun = { isOk: boolean; output: string }

export type ToolOptions = {
  env?: Readonly<Record<string, string>>
  /** Keeps the standard output even at a terminal, because somebody reads it. */
  isKept?: boolean
}

/**
 * Runs a script of the repository on the pinned Node. A person at a terminal sees its output as it
 * comes; in a pipe it is kept, for the caller to show when something failed.
 */
export async function runTool(
  script: string,
  args: readonly string[],
  { env = {}, isKept = false }: ToolOptions = {},
): Promise<ToolRun> {
  const isWatched = process.stdout.isTTY === true
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', inRepository(script), ...args],
    {
      cwd: ROOT,
      env: { ...process.env, ...env, PATH: pathWithTools() },
      stdio: ['ignore', isWatched && !isKept ? 'inherit' : 'pipe', isWatched ? 'inherit' : 'pipe'],
    },
  )
  const kept: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => kept.push(chunk))
  const [code] = await once(child, 'close')
  return { isOk: code === 0, output: Buffer.concat(kept).toString() }
}

/** Tools start others by name; those must find the pinned Node first. */
function pathWithTools(): string {
  const ours = [inRepository('node_modules', 'node', 'bin'), inRepository('node_modules', '.bin')]
  return [...ours, process.env['PATH'] ?? ''].join(delimiter)
}
