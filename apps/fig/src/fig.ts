import { Command, CommanderError } from 'commander'
import { EXIT, type ExitCode, FigError } from './errors.ts'
import { renderError } from './render/error.ts'
import type { Surroundings } from './surroundings.ts'
import { createFig, type Fig, type Options, type Verb } from './verb.ts'
import { abort } from './verbs/abort.ts'
import { audit } from './verbs/audit.ts'
import { backfill } from './verbs/backfill.ts'
import { deadLetters } from './verbs/dead-letters.ts'
import { flip } from './verbs/flip.ts'
import { freeze } from './verbs/freeze.ts'
import { plan } from './verbs/plan.ts'
import { rollback } from './verbs/rollback.ts'
import { setAside } from './verbs/set-aside.ts'
import { settle } from './verbs/settle.ts'
import { status } from './verbs/status.ts'
import { verify } from './verbs/verify.ts'
import { watch } from './verbs/watch.ts'
import { why } from './verbs/why.ts'

const VERBS: readonly Verb[] = [
  ...[status, plan, flip, rollback, abort, freeze],
  ...[backfill, verify, setAside, settle, deadLetters],
  ...[audit, why, watch],
]
const EXIT_STATUS = '\nExit status: 0 done, 1 refused, 2 usage, 3 outcome not known'

/** Runs one command line and resolves to its exit status; never rejects. */
export async function runFig(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const fig = createFig(surroundings)
  const run = async (verb: Verb, words: readonly string[], options: Options) => {
    exitCode = await verb.run(fig, { words, options })
  }
  let exitCode: ExitCode = EXIT.done
  try {
    await createProgram(fig, run).parseAsync([...args], { from: 'user' })
    return exitCode
  } catch (thrown) {
    return endWith(fig, thrown, args.includes('--json'))
  }
}

type Run = (verb: Verb, words: readonly string[], options: Options) => Promise<void>

function createProgram(fig: Fig, run: Run): Command {
  const program = new Command('fig')
    .description('Move routes between the monolith and their services, and take them back.')
    .addHelpText('after', EXIT_STATUS)
    .exitOverride()
    .configureOutput({ writeOut: fig.out.write, writeErr: fig.err.write })
  for (const verb of VERBS) {
    verb
      .define(program.command(verb.name).description(verb.summary))
      .option('--json', 'print one JSON object')
      .action((...given: unknown[]) => run(verb, wordsOf(given), given.at(-2) as Options))
  }
  return program
}

/** Commander calls with each declared word, then the options, then the command itself. */
function wordsOf(given: readonly unknown[]): string[] {
  return given
    .slice(0, -2)
    .flat()
    .filter((word) => typeof word === 'string')
}

function endWith(fig: Fig, thrown: unknown, asJson: boolean): ExitCode {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.done : EXIT.usage
  if (!(thrown instanceof FigError)) throw thrown
  if (asJson) {
    const { code, message, details } = thrown
    fig.out.write(`${JSON.stringify({ code, message, ...details })}\n`)
  } else fig.err.write(`${renderError(thrown, fig.err.colors)}\n`)
  return thrown.exitCode
}
