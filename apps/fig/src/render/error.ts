import { type FigError, RefusedError } from '../errors.ts'
import type { Colors } from '../terminal.ts'
import { renderRefusals } from './refusals.ts'
import { wrap } from './wrap.ts'

export function renderError(error: FigError, colors: Colors): string {
  if (!(error instanceof RefusedError)) return wrapLines(error.message)
  return [
    colors.bold('Refused, and nothing was changed:'),
    ...renderRefusals(error.plan.refused, colors),
  ].join('\n')
}

const wrapLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line.startsWith(' ') ? line : wrap(line, 0)))
    .join('\n')
