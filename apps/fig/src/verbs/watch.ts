import { setTimeout as delay } from 'node:timers/promises'
import type { Status } from '@emotibot/contracts'
import type { ControlClient } from '../control/control-client.ts'
import { EXIT, FigError } from '../errors.ts'
import { changesBetween } from '../render/changes.ts'
import { renderStatus } from '../render/status.ts'
import type { Asked, Fig, Verb } from '../verb.ts'

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 5_000
const CLEAR_AND_HOME = '\x1b[H\x1b[2J'

export const watch: Verb = {
  name: 'watch',
  summary: 'follow every change: redrawn on a terminal, a line per change in a pipe',
  define: (command) => command,
  run: async (fig, asked) => {
    const control = fig.connect({ toChange: false })
    const show = createShow(fig, asked)
    // The first connection must succeed: a wrong address is a mistake, a lost one is a restart.
    show(await control.status())
    await followForever(control, show, (reason) => fig.err.write(`${reason}; trying again\n`))
    return EXIT.done
  },
}

type Show = (status: Status) => void

async function followForever(
  control: ControlClient,
  show: Show,
  say: (reason: string) => void,
): Promise<never> {
  let waitMs = FIRST_WAIT_MS
  for (;;) {
    try {
      for await (const status of control.watch()) {
        show(status)
        waitMs = FIRST_WAIT_MS
      }
      say('The stream ended')
    } catch (thrown) {
      say(reasonOf(thrown))
    }
    await delay(waitMs)
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
  }
}

/** A token that is refused stays refused; everything else may pass. */
function reasonOf(thrown: unknown): string {
  if (thrown instanceof FigError && ['UNAUTHENTICATED', 'FORBIDDEN_ROLE'].includes(thrown.code)) throw thrown
  return 'The connection was lost'
}

function createShow(fig: Fig, { options }: Asked): Show {
  const { out } = fig
  if (options.json) return (status) => out.write(`${JSON.stringify(status)}\n`)
  if (out.isTty)
    return (status) =>
      out.write(`${CLEAR_AND_HOME}${renderStatus(status, out.colors)}\n\nWatching; Ctrl-C ends.\n`)
  let before: Status | null = null
  return (status) => {
    for (const line of changesBetween(before, status)) out.write(`${new Date().toISOString()} ${line}\n`)
    before = status
  }
}
