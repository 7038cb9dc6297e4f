import { EXIT, usageError } from '../errors.ts'
import { looksLikeFlip } from '../names.ts'
import type { Verb } from '../verb.ts'

export const abort: Verb = {
  name: 'abort',
  summary: 'give up a flip that is under way, while it can be: then all is as before',
  define: (command) =>
    command.argument('<flip>', 'its id, as in status').option('--why <text>', 'kept in the audit'),
  run: async (fig, { words, options }) => {
    const flip = words[0] ?? ''
    if (!looksLikeFlip(flip))
      throw usageError(`"${flip}" is no flip's id. ./fig status names the one under way.`)
    const answer = await fig.connect({ toChange: true }).abort(flip, options.why)
    const isOver = answer.state === 'abandoned'
    fig.print(answer, options, () =>
      isOver
        ? `Abandoned: flip ${flip}. Everything is as before.`
        : `Flip ${flip} is still ${answer.state}: its mover was told, and has not answered yet.\nFind out with:  ./fig status   and   ./fig audit`,
    )
    return isOver ? EXIT.done : EXIT.unknown
  },
}
