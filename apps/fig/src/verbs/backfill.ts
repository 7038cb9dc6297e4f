import type { CarveOutStatus } from '@emotibot/contracts'
import { EXIT, type ExitCode } from '../errors.ts'
import { CARVED_OUT_WORD, checkCarvedOut } from '../names.ts'
import { follow } from '../progress.ts'
import { asideCount, copiedText, isCopied, renderCarveOut } from '../render/carve-outs.ts'
import type { Verb } from '../verb.ts'

/** A copy that is done may still be on its way to the other side. */
const IN_STEP_MS = 1_000

export const backfill: Verb = {
  name: 'backfill',
  summary: "a domain's first copy to its service; from then on both sides are kept in step",
  define: (command) =>
    command
      .argument('<domain>', CARVED_OUT_WORD)
      .option('--no-wait', 'begin it and go; it goes on by itself')
      .option('--why <text>', 'kept in the audit'),
  run: async (fig, { words, options }) => {
    const domain = checkCarvedOut(words[0] ?? '')
    const control = fig.connect({ toChange: true })
    const begun = await control.backfill(domain, options.why)
    const now = options.wait === false ? begun : await follow(fig, control, followingOf(domain))
    fig.print(now, options, () => [...renderCarveOut(now, fig.out.colors), '', nextStep(now)].join('\n'))
    return exitOf(now)
  },
}

const followingOf = (domain: string) => ({
  domain,
  what: 'the copy',
  show: ({ backfill: copies, feeds }: CarveOutStatus) =>
    `copying ${copiedText(copies)}; ${feeds[0]?.behind?.entries ?? '?'} on their way`,
  isOver: (now: CarveOutStatus) => isStuck(now) || isInStep(now),
})

function isInStep({ backfill: copies, feeds }: CarveOutStatus): boolean {
  return isCopied(copies) && feeds.every(({ behind }) => behind !== null && behind.ms < IN_STEP_MS)
}

const isStuck = ({ feeds }: CarveOutStatus): boolean => feeds.some(({ state }) => state === 'stopped')

const hasSetAside = ({ feeds }: CarveOutStatus): boolean => feeds.some((feed) => asideCount(feed) > 0)

function nextStep(now: CarveOutStatus): string {
  const { domain } = now
  if (isStuck(now)) return `A feed is stopped. Mend the reason above, then:  ./fig settle ${domain}`
  if (hasSetAside(now)) return `Some changes are set aside. See:  ./fig set-aside ${domain}`
  if (!isCopied(now.backfill)) return 'It goes on by itself. Look with:  ./fig status'
  return `Next:  ./fig plan ${domain} --to service`
}

const exitOf = (now: CarveOutStatus): ExitCode =>
  isStuck(now) || hasSetAside(now) ? EXIT.refused : EXIT.done
