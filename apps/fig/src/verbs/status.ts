import { EXIT } from '../errors.ts'
import { renderStatus } from '../render/status.ts'
import type { Verb } from '../verb.ts'

export const status: Verb = {
  name: 'status',
  summary: 'where every route stands',
  define: (command) => command.option('--check', 'exit 1 when someone is needed'),
  run: async (fig, { options }) => {
    const answer = await fig.connect({ toChange: false }).status()
    fig.print(answer, options, () => renderStatus(answer, fig.out.colors))
    return options.check && answer.needs.length > 0 ? EXIT.refused : EXIT.done
  },
}
