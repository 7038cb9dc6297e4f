import type { ControlRoute } from '@emotibot/contracts'
import { EXIT, FigError, outcomeUnknownError, RefusedError, usageError } from '../errors.ts'
import type { ErrorAnswer } from './send.ts'

/** An answer that is no success, as the error fig ends with. */
export function errorOfAnswer(route: ControlRoute, status: number, answer: ErrorAnswer): FigError {
  const { code = `HTTP_${status}`, message = `The control API answered ${status}.`, plan } = answer
  if (plan) return new RefusedError(message, plan)
  if (code === 'UNKNOWN_NAME' || code === 'BAD_REQUEST') return usageError(message)
  if (code === 'UNAUTHENTICATED') return new FigError(EXIT.refused, code, `${message}\n${TOKEN_ADVICE}`)
  if (code === 'OUTCOME_UNKNOWN')
    return new FigError(EXIT.unknown, code, `${message}\n${FIND_OUT}`, { next: NEXT })
  // A fault in the middle of a change says nothing about whether it happened; a code we know does.
  const isFault = status >= 500 && !SURELY_NOT_DONE.includes(code)
  if (isFault && route.role === 'operator') return outcomeUnknownError(route.key)
  return new FigError(EXIT.refused, code, message)
}

/** Faults that say that nothing was done. */
const SURELY_NOT_DONE = ['LEDGER_DOWN', 'MOVER_DOWN']
const NEXT = ['./fig status', './fig audit --limit 5']
const FIND_OUT = `Find out with:  ${NEXT.join('   and   ')}`
const TOKEN_ADVICE =
  'Set EMOTIBOT_OPERATOR_TOKEN to a token of yours; npm start writes one for this machine to .data/run.json'
