import type { DeadLetters, ReplayedDeadLetters } from '@emotibot/contracts'
import type { Colors } from '../terminal.ts'
import { wrap } from './wrap.ts'

type OfService = DeadLetters['services'][number]
type Replayed = {
  readonly replayed: ReplayedDeadLetters['replayed']
  readonly not_known: readonly Pick<OfService, 'service' | 'reason'>[]
}

/** Every event that a service could not take in, with its reason, and the next command. */
export function renderDeadLetters({ services }: DeadLetters, colors: Colors): string {
  if (services.length === 0) return 'No service takes events in.'
  const lines = services.flatMap((one) => serviceLines(one, colors))
  const isAny = services.some(({ dead_letters }) => dead_letters.length > 0)
  if (!isAny) return lines.join('\n')
  return [...lines, '', 'Mend the reason, then have them taken in:  ./fig dead-letters --all'].join('\n')
}

function serviceLines({ service, reason, dead_letters: letters }: OfService, colors: Colors): string[] {
  if (reason !== null) return [colors.yellow(wrap(`${service}: not known: ${reason}`, 2))]
  if (letters.length === 0) return [`${service}: no dead letters.`]
  return [
    `${service}: not taken in, everything else goes on`,
    ...letters.flatMap((letter) => letterLines(service, letter, colors)),
  ]
}

function letterLines(service: string, letter: OfService['dead_letters'][number], colors: Colors): string[] {
  const { id, name, event_id, source, attempts, since, reason } = letter
  const tries = attempts === 1 ? 'tried once' : `tried ${attempts} times`
  const what = `${service}/${id}: ${name} ${event_id} of ${source}, ${tries} since ${since}`
  return [`  ${colors.red('x')} ${wrap(what, 4)}`, `    ${wrap(reason, 4)}`]
}

/** What became of each, and what could not be asked about. */
export function renderReplayed({ replayed, not_known: unknown }: Replayed, colors: Colors): string {
  const lines = [
    ...replayed.map((one) => replayedLine(one, colors)),
    ...unknown.map(({ service, reason }) => colors.yellow(`  ${service}: not known: ${reason}`)),
  ]
  return lines.length === 0 ? 'There are no dead letters.' : lines.join('\n')
}

function replayedLine(
  { service, id, outcome, reason }: Replayed['replayed'][number],
  colors: Colors,
): string {
  const name = `${service}/${id}`
  switch (outcome) {
    case 'taken':
      return `  ${colors.green('ok')} ${name} is taken in`
    case 'failed':
      return `  ${colors.red('x')} ${wrap(`${name} stays: ${reason}`, 4)}`
    case 'unknown':
      return `  ${colors.yellow('?')} ${name} is not there (any more)`
  }
}
