import type { Command } from 'commander'
import { type ControlClient, createControlClient } from './control/control-client.ts'
import { findControl } from './control/find-control.ts'
import { type ExitCode, nothingRunsError } from './errors.ts'
import type { Surroundings } from './surroundings.ts'

/** Every option of every verb, as commander hands them over; each verb declares the ones it takes. */
export type Options = {
  json?: boolean
  check?: boolean
  to?: string
  share?: number
  why?: string
  force?: boolean
  yes?: boolean
  all?: boolean
  flip?: string
  limit?: number
  off?: boolean
  repair?: boolean
  conflicts?: boolean
  replay?: string
  /** False after `--no-wait`. */
  wait?: boolean
}

/** What was typed after the verb. */
export type Asked = { readonly words: readonly string[]; readonly options: Options }

/** What a verb works with. */
export type Fig = Surroundings & {
  /** Prints an answer: as one line of JSON when asked so, else as the text it is rendered to. */
  print(answer: unknown, options: Options, render: () => string): void
  /** Finds the control API. Throws when nothing says where one is. */
  connect(options: { toChange: boolean }): ControlClient
}

/** One verb of the command line: what it takes, and what it does with it. */
export type Verb = {
  readonly name: string
  readonly summary: string
  define(command: Command): Command
  run(fig: Fig, asked: Asked): Promise<ExitCode>
}

export function createFig(surroundings: Surroundings): Fig {
  return {
    ...surroundings,
    print: (answer, { json }, render) =>
      surroundings.out.write(json ? `${JSON.stringify(answer)}\n` : `${render()}\n`),
    connect: ({ toChange }) => {
      const address = findControl(surroundings)
      if (!address) throw nothingRunsError(toChange)
      return createControlClient(address)
    },
  }
}
