import { runFig } from '../fig.ts'
import type { Surroundings } from '../surroundings.ts'
import { plainColors, type Terminal } from '../terminal.ts'
import type { Ended } from './run-process.ts'

/** Runs a command line inside this process, its output collected; nobody sits there unless `ask` answers. */
export async function runInProcess(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  ask: Surroundings['ask'] = null,
): Promise<Ended> {
  const [out, err] = [collector(), collector()]
  const surroundings = { env, root: '/nowhere', out: out.terminal, err: err.terminal, ask }
  const exitCode = await runFig(args, surroundings)
  return { exitCode, out: out.text(), err: err.text() }
}

function collector(): { terminal: Terminal; text: () => string } {
  let collected = ''
  const write = (text: string) => {
    collected += text
  }
  return { terminal: { isTty: false, colors: plainColors, write }, text: () => collected }
}
