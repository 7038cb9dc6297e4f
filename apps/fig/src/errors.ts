import type { Plan } from '@emotibot/contracts'

/** What the exit status says: scripts and tired people rely on it. */
export const EXIT = { done: 0, refused: 1, usage: 2, unknown: 3 } as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** Why a command ends without having done what was asked. */
export class FigError extends Error {
  readonly exitCode: ExitCode
  readonly code: string
  /** What `--json` prints beside code and message. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(exitCode: ExitCode, code: string, message: string, details: Record<string, unknown> = {}) {
    super(message)
    this.name = 'FigError'
    this.exitCode = exitCode
    this.code = code
    this.details = details
  }
}

/** Refused, with the plan that says every reason. */
export class RefusedError extends FigError {
  readonly plan: Plan

  constructor(message: string, plan: Plan) {
    super(EXIT.refused, 'REFUSED', message, { plan })
    this.name = 'RefusedError'
    this.plan = plan
  }
}

export function usageError(message: string, details: Record<string, unknown> = {}): FigError {
  return new FigError(EXIT.usage, 'USAGE', message, details)
}

/** `mayHaveChanged`: the command is one that changes something, so its caller must not take this for "refused". */
export function nothingRunsError(mayHaveChanged: boolean): FigError {
  const exitCode = mayHaveChanged ? EXIT.unknown : EXIT.refused
  return new FigError(exitCode, 'NOTHING_RUNS', 'No EmotiBot runs here: start it with npm start')
}

export function outcomeUnknownError(what: string): FigError {
  return new FigError(
    EXIT.unknown,
    'OUTCOME_UNKNOWN',
    `The connection was lost after the ${what} was sent: it may or may not have happened.\n` +
      'Find out with:  ./fig audit --limit 5   and   ./fig status\n' +
      'Nothing is half done: either all of it happened or none of it.',
    { next: ['./fig audit --limit 5', './fig status'] },
  )
}

export function noAnswerError(reason: string): FigError {
  return new FigError(EXIT.refused, 'NO_ANSWER', `The control API gave no usable answer: ${reason}`)
}
