import type { Refusal } from '@emotibot/contracts'
import type { Colors } from '../terminal.ts'
import { wrap } from './wrap.ts'

const WEIGHT = {
  safety: 'safety, holds against --force',
  evidence: 'evidence, --force passes over it',
  noop: 'nothing to do',
} as const

/** Every reason not to, each with the next command. */
export function renderRefusals(refused: readonly Refusal[], colors: Colors): string[] {
  return refused.flatMap(({ kind, message, next }) => [
    `  ${colors.red('x')} ${wrap(`${message} (${WEIGHT[kind]})`, 4)}`,
    ...(next ? [`    next:  ${next}`] : []),
  ])
}
