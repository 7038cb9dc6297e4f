import type { VerifyStatus } from '@emotibot/contracts'
import type { Colors } from '../terminal.ts'
import { wrap } from './wrap.ts'

/** `124 rows, 0 differ (at 2030-01-01 00:00:00Z)` */
export function verifyText(verify: VerifyStatus): string {
  const { state, reason, compared, difference_count, unsettled, started_at } = verify
  if (state === 'failed') return `failed: ${reason ?? 'it does not say why'}`
  const found = `${compared} rows, ${difference_count} differ${unsettled > 0 ? `, ${unsettled} unsettled` : ''}`
  const when = started_at.replace('T', ' ').replace(/\.\d+Z$/, 'Z')
  return state === 'running' ? `${found} so far` : `${found} (at ${when})`
}

/** The whole report: what was compared, what differs, what was done about it, and the next command. */
export function renderVerify(domain: string, verify: VerifyStatus, colors: Colors): string {
  const { state, reason, compared, difference_count, differences, repaired, unsettled } = verify
  if (state === 'failed')
    return `${colors.red(`The comparison of ${domain} failed`)}: ${reason ?? 'it does not say why'}`
  const more = difference_count - differences.length
  return [
    `${domain}: ${compared} rows compared, ${difference_count} differ, ${repaired} repaired, ${unsettled} unsettled`,
    ...differences.map((one) => `  ${colors.red('x')} ${wrap(differenceText(one), 4)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(unsettled > 0
      ? ['  Unsettled rows changed all the while: compare again when fewer people write.']
      : []),
    '',
    nextStep(domain, verify),
  ].join('\n')
}

type Difference = VerifyStatus['differences'][number]

const differenceText = ({ entity, key, kind, is_set_aside }: Difference): string =>
  `${entity} ${key}: ${kind}${is_set_aside ? ', set aside' : ''}`

function nextStep(domain: string, { difference_count, repaired, differences }: VerifyStatus): string {
  if (difference_count === 0) return 'Both sides hold the same.'
  if (differences.some(({ is_set_aside }) => is_set_aside)) return `See why:  ./fig set-aside ${domain}`
  if (repaired > 0) return `What was repaired is on its way. Compare again:  ./fig verify ${domain}`
  return `Have each copied anew from its owner:  ./fig verify ${domain} --repair`
}
