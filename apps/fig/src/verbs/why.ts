import { EXIT } from '../errors.ts'
import { checkRoute } from '../names.ts'
import { renderWhy } from '../render/why.ts'
import type { Verb } from '../verb.ts'

export const why: Verb = {
  name: 'why',
  summary: 'which side answers this user on this route, and why',
  define: (command) =>
    command.argument('<user>', 'a username, or a visitor id').argument('<route>', 'a route, as in status'),
  run: async (fig, { words, options }) => {
    const [user = '', route = ''] = words
    const answer = await fig.connect({ toChange: false }).why(user, checkRoute(route))
    fig.print(answer, options, () => renderWhy(user, answer, fig.out.colors))
    return EXIT.done
  },
}
