import type { FlipRequest } from '@emotibot/contracts'
import { confirm, isToAsk } from '../confirm.ts'
import type { ControlClient } from '../control/control-client.ts'
import { EXIT, RefusedError } from '../errors.ts'
import { commandOf, defineFlip, flipRequestOf } from '../flip-request.ts'
import { renderPlan } from '../render/plan.ts'
import { renderReceipt } from '../render/receipt.ts'
import type { Fig, Verb } from '../verb.ts'

export const flip: Verb = {
  name: 'flip',
  summary: 'move routes to another stage or share; prints a receipt',
  define: (command) => defineFlip(command).option('--yes', 'do not ask first'),
  run: async (fig, asked) => {
    const request = flipRequestOf(asked)
    const control = fig.connect({ toChange: true })
    if (isToAsk(fig, asked.options)) await confirmPlan(fig, control, request)
    const receipt = await control.flip(request)
    fig.print(receipt, asked.options, () => renderReceipt(receipt, fig.out.colors))
    return EXIT.done
  },
}

/** Shows the plan to whoever sits there and goes on only after a yes. */
async function confirmPlan(fig: Fig, control: ControlClient, request: FlipRequest): Promise<void> {
  const plan = await control.plan(request)
  if (plan.refused.length > 0 && !request.force) throw new RefusedError('The flip is refused.', plan)
  fig.out.write(`${renderPlan(plan, commandOf(request), fig.out.colors)}\n`)
  await confirm(fig, 'Do it?')
}
