import { EXIT } from '../errors.ts'
import { commandOf, defineFlip, flipRequestOf } from '../flip-request.ts'
import { renderPlan } from '../render/plan.ts'
import type { Verb } from '../verb.ts'

export const plan: Verb = {
  name: 'plan',
  summary: 'what a flip would do, and every reason it would be refused; changes nothing',
  define: defineFlip,
  run: async (fig, asked) => {
    const request = flipRequestOf(asked)
    const answer = await fig.connect({ toChange: false }).plan(request)
    fig.print(answer, asked.options, () => renderPlan(answer, commandOf(request), fig.out.colors))
    return answer.refused.length > 0 ? EXIT.refused : EXIT.done
  },
}
