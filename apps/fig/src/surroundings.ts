import { createInterface } from 'node:readline/promises'
import { fileURLToPath } from 'node:url'
import { createTerminal, type Terminal } from './terminal.ts'

/** What fig touches outside itself; tests hand in their own. */
export type Surroundings = {
  readonly env: NodeJS.ProcessEnv
  /** The repository's root: where `.data` is unless the environment says otherwise. */
  readonly root: string
  readonly out: Terminal
  readonly err: Terminal
  /** Asks a person; null where nobody sits. */
  readonly ask: ((question: string) => Promise<string>) | null
}

export function processSurroundings(): Surroundings {
  const { stdin, stdout, stderr, env } = process
  stdout.on('error', endOnClosedPipe)
  return {
    env,
    root: fileURLToPath(new URL('../../..', import.meta.url)),
    out: createTerminal(stdout, env),
    err: createTerminal(stderr, env),
    ask: stdin.isTTY && stdout.isTTY ? askOnce : null,
  }
}

async function askOnce(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return await lines.question(question)
  } finally {
    lines.close()
  }
}

/** `fig watch | head` is no fault. */
function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
}
