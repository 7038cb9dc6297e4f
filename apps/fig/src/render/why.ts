import type { Why } from '@emotibot/contracts'
import type { Colors } from '../terminal.ts'
import { place } from './place.ts'

/** The answer first, then the steps to it. */
export function renderWhy(user: string, why: Why, colors: Colors): string {
  return [
    `${user} on ${why.route} is answered by the ${colors.bold(why.side)}.`,
    `  because    ${why.reason}`,
    `  stage      ${place(why)}`,
    `  partition  ${why.partition}`,
    `  bucket     ${why.bucket} of 0 to 99; buckets below the share of ${why.share}% are on the service`,
    `  last flip  ${why.last_flip ?? 'none'}`,
  ].join('\n')
}
