import { EXIT, FigError } from './errors.ts'
import type { Asked, Fig } from './verb.ts'

/** Whether somebody sits there who is to be asked before something is done. */
export const isToAsk = (fig: Fig, { yes, json }: Asked['options']): boolean =>
  fig.ask !== null && !yes && !json

/** Goes on only after a yes. */
export async function confirm(fig: Fig, question: string): Promise<void> {
  const answer = (await fig.ask?.(`${question} [y/N] `)) ?? ''
  if (!/^y(es)?$/i.test(answer.trim()))
    throw new FigError(EXIT.refused, 'NOT_CONFIRMED', 'Nothing was changed.')
}
