import { carveOutsOrThrow } from '../control/carve-outs-or-throw.ts'
import { EXIT } from '../errors.ts'
import { checkCarvedOut } from '../names.ts'
import { renderSetAside } from '../render/set-aside.ts'
import type { Verb } from '../verb.ts'

export const setAside: Verb = {
  name: 'set-aside',
  summary: 'changes that could not be applied to the other side, each with its reason; and conflicts',
  define: (command) => command.argument('[domain]', 'only of this domain'),
  run: async (fig, { words, options }) => {
    const domain = words[0] === undefined ? undefined : checkCarvedOut(words[0])
    const shown = await carveOutsOrThrow(fig.connect({ toChange: false }), domain)
    const answer = shown.map(({ domain: name, feeds }) => ({
      domain: name,
      feeds: feeds.map(({ from, to, set_aside, conflicts, conflict_list }) => {
        return { from, to, set_aside, conflicts, conflict_list }
      }),
    }))
    fig.print({ carve_outs: answer }, options, () => renderSetAside(shown, fig.out.colors))
    return EXIT.done
  },
}
