import type { CarveOutStatus, VerifyStatus } from '@emotibot/contracts'
import { EXIT, type ExitCode, FigError } from '../errors.ts'
import { CARVED_OUT_WORD, checkCarvedOut } from '../names.ts'
import { follow } from '../progress.ts'
import { renderVerify, verifyText } from '../render/verify.ts'
import type { Verb } from '../verb.ts'

export const verify: Verb = {
  name: 'verify',
  summary: 'compare both sides of a domain row by row; exits 1 when they differ',
  define: (command) =>
    command
      .argument('<domain>', CARVED_OUT_WORD)
      .option('--repair', 'have what differs copied anew from its owner')
      .option('--why <text>', 'kept in the audit, with --repair'),
  run: async (fig, { words, options }) => {
    const domain = checkCarvedOut(words[0] ?? '')
    const control = fig.connect({ toChange: options.repair === true })
    const { repair = false, why } = options
    const begun = await control.verify(domain, { repair, ...(why === undefined ? {} : { why }) })
    const startedAt = begun.verify?.started_at
    const ended = await follow(fig, control, followingOf(domain, startedAt))
    const report = reportOrThrow(ended, startedAt)
    fig.print(report, options, () => renderVerify(domain, report, fig.out.colors))
    return exitOf(report)
  },
}

const followingOf = (domain: string, startedAt: string | undefined) => ({
  domain,
  what: 'the comparison',
  show: ({ verify: now }: CarveOutStatus) => `comparing ${now ? verifyText(now) : ''}`,
  isOver: ({ verify: now }: CarveOutStatus) => now?.state !== 'running' || now.started_at !== startedAt,
})

/** A mover that restarted has forgotten it: it is then to be begun again. */
function reportOrThrow(
  { domain, verify: report }: CarveOutStatus,
  startedAt: string | undefined,
): VerifyStatus {
  if (report && report.started_at === startedAt) return report
  const message = `The mover forgot the comparison of ${domain}: it was started anew meanwhile.\nBegin again:  ./fig verify ${domain}`
  throw new FigError(EXIT.refused, 'FORGOTTEN', message)
}

function exitOf({ state, difference_count }: VerifyStatus): ExitCode {
  return state === 'failed' || difference_count > 0 ? EXIT.refused : EXIT.done
}
