import type { CarveOutStatus, SeenConflicts, SettledCarveOut } from '@emotibot/contracts'
import { confirm, isToAsk } from '../confirm.ts'
import { carveOutsOrThrow } from '../control/carve-outs-or-throw.ts'
import type { ControlClient } from '../control/control-client.ts'
import { EXIT } from '../errors.ts'
import { CARVED_OUT_WORD, checkCarvedOut } from '../names.ts'
import { renderConflicts } from '../render/conflicts.ts'
import { renderSetAside } from '../render/set-aside.ts'
import type { Asked, Fig, Verb } from '../verb.ts'

export const settle: Verb = {
  name: 'settle',
  summary: 'try again now what is set aside, and let a stopped feed go on; exits 1 when something is left',
  define: (command) =>
    command
      .argument('<domain>', CARVED_OUT_WORD)
      .option('--conflicts', 'dismiss also the conflicts that set-aside lists; they stay kept')
      .option('--yes', 'do not ask first')
      .option('--why <text>', 'kept in the audit'),
  run: async (fig, { words, options }) => {
    const domain = checkCarvedOut(words[0] ?? '')
    const control = fig.connect({ toChange: true })
    const conflicts = options.conflicts
      ? await seenConflicts(fig, control, { words: [domain], options })
      : undefined
    const answer = await control.settle(domain, { ...(conflicts && { conflicts }), why: options.why })
    const { left, carve_out } = answer
    const isLeft = left > 0 || (options.conflicts === true && carve_out.feeds.some(hasConflicts))
    fig.print(answer, options, () =>
      [
        settledText(domain, answer, options),
        ...(isLeft ? ['', renderSetAside([carve_out], fig.out.colors)] : []),
      ].join('\n'),
    )
    return isLeft ? EXIT.refused : EXIT.done
  },
}

/** Those that are listed now, and no others; whoever sits there is shown them, and asked. */
async function seenConflicts(
  fig: Fig,
  control: ControlClient,
  { words, options }: Asked,
): Promise<SeenConflicts> {
  const carveOuts = await carveOutsOrThrow(control, words[0])
  const lines = carveOuts.flatMap((carveOut) => renderConflicts(carveOut, fig.out.colors))
  if (lines.length > 0 && isToAsk(fig, options)) {
    fig.out.write(`${lines.join('\n')}\n`)
    await confirm(fig, 'Dismiss those that are listed?')
  }
  const idsAt = (side: 'monolith' | 'service'): number[] =>
    carveOuts
      .flatMap(({ feeds }) => feeds.filter(({ to }) => to === side))
      .flatMap(({ conflict_list }) => conflict_list ?? [])
      .map(({ id }) => id)
  return { monolith: idsAt('monolith'), service: idsAt('service') }
}

function settledText(domain: string, answer: SettledCarveOut, { conflicts }: Asked['options']): string {
  const { retried, left, dismissed = 0 } = answer
  const also = conflicts ? ` ${dismissed} conflict(s) dismissed.` : ''
  return `${domain}: ${retried} tried again, ${left} left.${also}`
}

/** Or nobody knows. */
const hasConflicts = ({ conflicts }: CarveOutStatus['feeds'][number]): boolean => conflicts !== 0
