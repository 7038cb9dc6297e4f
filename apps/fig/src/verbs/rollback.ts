import type { RollbackRequest } from '@emotibot/contracts'
import { EXIT, usageError } from '../errors.ts'
import { checkNames, looksLikeFlip } from '../names.ts'
import { renderReceipt } from '../render/receipt.ts'
import type { Asked, Verb } from '../verb.ts'

/** Never asks first: whoever rolls back is in a hurry, and it loses nothing. */
export const rollback: Verb = {
  name: 'rollback',
  summary: 'take routes, domains, one flip or everything back to the monolith side',
  define: (command) =>
    command
      .argument('[names...]', 'routes, domains, or the id of a flip')
      .option('--all', 'every route')
      .option('--flip <id>', 'undo one flip')
      .option('--why <text>', 'kept in the audit'),
  run: async (fig, asked) => {
    const request = rollbackRequestOf(asked)
    const receipt = await fig.connect({ toChange: true }).rollback(request)
    fig.print(receipt, asked.options, () => renderReceipt(receipt, fig.out.colors))
    return EXIT.done
  },
}

function rollbackRequestOf({ words, options }: Asked): RollbackRequest {
  const why = options.why === undefined ? {} : { why: options.why }
  const isBareFlip = words.length === 1 && words.every(looksLikeFlip)
  const flip = options.flip ?? (isBareFlip ? words[0] : undefined)
  const names = isBareFlip ? [] : words
  const ways = [names.length > 0, options.all === true, flip !== undefined]
  if (ways.filter(Boolean).length !== 1)
    throw usageError(
      'Say what to roll back: routes or domains by name, or --all, or --flip ID (one of the three).',
    )
  if (flip !== undefined) return { flip, ...why }
  return options.all ? { all: true, ...why } : { names: checkNames(names), ...why }
}
