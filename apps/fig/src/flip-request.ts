import type { FlipRequest } from '@emotibot/contracts'
import { type Command, InvalidArgumentError } from 'commander'
import { usageError } from './errors.ts'
import { checkNames, checkStage } from './names.ts'
import type { Asked } from './verb.ts'

/** What `plan` and `flip` both take. */
export function defineFlip(command: Command): Command {
  return command
    .argument('<names...>', 'routes (emotion.analyze) or whole domains (emotion)')
    .requiredOption('--to <stage>', 'monolith, shadow, canary, service or retired')
    .option('--share <percent>', 'percent of users on the service, with --to canary', parseShare)
    .option('--why <text>', 'kept in the audit')
    .option('--force', 'pass over missing evidence, never over the safety of data; is recorded')
}

/** The request that was typed. Throws a usage error for names, stages and shares that make no sense. */
export function flipRequestOf({ words, options }: Asked): FlipRequest {
  const to = checkStage(options.to ?? '')
  const { share, why, force } = options
  if (to === 'canary' && share === undefined)
    throw usageError('A canary needs its share of users: --share 1 to 99.')
  if (to !== 'canary' && share !== undefined)
    throw usageError(`--share goes with --to canary; ${to} has no share of its own.`)
  return {
    names: checkNames(words),
    to,
    ...(share === undefined ? {} : { share }),
    ...(why === undefined ? {} : { why }),
    ...(force ? { force } : {}),
  }
}

function parseShare(text: string): number {
  const share = Number(text.replace(/%$/, ''))
  if (Number.isInteger(share) && share >= 1 && share <= 99) return share
  throw new InvalidArgumentError('It is a whole percent from 1 to 99.')
}

/** The request as the command line that asks for it. */
export function commandOf(request: FlipRequest): string {
  const { names, to, share, force } = request
  const words = ['./fig flip', ...names, '--to', to]
  if (share !== undefined) words.push('--share', String(share))
  if (force) words.push('--force')
  return words.join(' ')
}
