import { EXIT } from '../errors.ts'
import type { Verb } from '../verb.ts'

export const freeze: Verb = {
  name: 'freeze',
  summary: 'let nothing flip forward until it is lifted; rolling back stays possible',
  define: (command) => command.option('--off', 'lift the freeze').option('--why <text>', 'kept in the audit'),
  run: async (fig, { options }) => {
    const why = options.why === undefined ? {} : { why: options.why }
    const answer = await fig.connect({ toChange: true }).freeze({ frozen: !options.off, ...why })
    fig.print(answer, options, () =>
      answer.is_frozen
        ? 'Frozen: nothing flips forward. Rolling back stays possible. Lift it with: ./fig freeze --off'
        : 'Not frozen: routes may flip again.',
    )
    return EXIT.done
  },
}
