import { type FigError, RefusedError } from '../errors.ts'
import type { Colors } from '../terminal.ts'
import { renderRefusals } from './refusals.ts'

export function renderError(error: FigError, colors: Colors): string {
  if (!(error instanceof RefusedError)) return error.message
  return [
    colors.bold('Refused, and nothing was changed:'),
    ...renderRefusals(error.plan.refused, colors),
  ].join('\n')
}
