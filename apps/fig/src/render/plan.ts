import type { Plan } from '@emotibot/contracts'
import type { Colors } from '../terminal.ts'
import { renderMoves } from './place.ts'
import { renderRefusals } from './refusals.ts'
import { wrap } from './wrap.ts'

/** What would happen, and the command that does it. */
export function renderPlan(plan: Plan, command: string, colors: Colors): string {
  const isRefused = plan.refused.length > 0
  return [
    colors.bold(isRefused ? 'Plan: it would be refused' : 'Plan: nothing is changed yet'),
    ...renderMoves(plan.moves),
    ...alsoMoves(plan.also_moves),
    ...stays(plan.stays),
    '',
    costs(plan),
    ...plan.evidence.map((line) => wrap(`Evidence: ${line}`, 2)),
    ...(isRefused ? ['', 'Refused because:', ...renderRefusals(plan.refused, colors)] : []),
    '',
    ...(isRefused ? [] : [`Do it:    ${command}`]),
    `Undo it:  ${plan.back}`,
  ].join('\n')
}

export function alsoMoves(keys: readonly string[]): string[] {
  return keys.length === 0 ? [] : [`  ${wrap(`also moves, sharing a write group: ${keys.join(', ')}`, 4)}`]
}

function stays(keys: readonly string[]): string[] {
  if (keys.length === 0) return []
  return [`  ${wrap(`stays where it is, being never split by share: ${keys.join(', ')}`, 4)}`]
}

function costs({ users, lag_ms, expected_wait_ms }: Plan): string {
  const parts = [`Requests are expected to wait ${milliseconds(expected_wait_ms)}.`]
  if (users !== null) parts.unshift(users === 1 ? 'Moves 1 user.' : `Moves ${users} users.`)
  if (lag_ms !== null) parts.push(`The other side lags by ${milliseconds(lag_ms)}.`)
  return parts.join(' ')
}

export function milliseconds(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`
}
