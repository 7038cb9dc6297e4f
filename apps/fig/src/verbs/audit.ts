import { InvalidArgumentError } from 'commander'
import { EXIT } from '../errors.ts'
import { renderAudit } from '../render/audit.ts'
import type { Verb } from '../verb.ts'

const USUAL_LIMIT = 20
const MOST = 500

export const audit: Verb = {
  name: 'audit',
  summary: 'who did what and why, newest first',
  define: (command) => command.option('--limit <n>', `entries, at most ${MOST}`, parseLimit, USUAL_LIMIT),
  run: async (fig, { options }) => {
    const answer = await fig.connect({ toChange: false }).audit(options.limit ?? USUAL_LIMIT)
    fig.print(answer, options, () => renderAudit(answer.entries, fig.out.colors))
    return EXIT.done
  },
}

function parseLimit(text: string): number {
  const limit = Number(text)
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST) return limit
  throw new InvalidArgumentError(`It is a whole number from 1 to ${MOST}.`)
}
