import type { DeadLetterName, DeadLetters } from '@emotibot/contracts'
import type { ControlClient } from '../control/control-client.ts'
import { EXIT, type ExitCode, usageError } from '../errors.ts'
import { renderDeadLetters, renderReplayed } from '../render/dead-letters.ts'
import type { Asked, Fig, Verb } from '../verb.ts'

export const deadLetters: Verb = {
  name: 'dead-letters',
  summary: 'events that services could not take in, each with its reason; and to have them taken in',
  define: (command) =>
    command
      .option(
        '--replay <id>',
        'have this one taken in once more, e.g. emotion/3; or just 3 where that is clear',
      )
      .option('--all', 'have all that are listed taken in once more')
      .option('--why <text>', 'kept in the audit'),
  run: async (fig, { words, options }) => {
    if (options.replay !== undefined && options.all) throw usageError('Give --replay ID or --all, not both.')
    const isToReplay = options.replay !== undefined || options.all === true
    const control = fig.connect({ toChange: isToReplay })
    return isToReplay ? replay(fig, control, { words, options }) : list(fig, control, { words, options })
  },
}

async function list(fig: Fig, control: ControlClient, { options }: Asked): Promise<ExitCode> {
  const answer = await control.deadLetters()
  fig.print(answer, options, () => renderDeadLetters(answer, fig.out.colors))
  return EXIT.done
}

async function replay(fig: Fig, control: ControlClient, { options }: Asked): Promise<ExitCode> {
  const listed = await control.deadLetters()
  const names = options.replay === undefined ? namesIn(listed) : [nameOf(options.replay, listed)]
  const { replayed } =
    names.length === 0 ? { replayed: [] } : await control.replayDeadLetters(names, options.why)
  const unknown = listed.services.filter(({ reason }) => reason !== null)
  const answer = { replayed, not_known: unknown.map(({ service, reason }) => ({ service, reason })) }
  fig.print(answer, options, () => renderReplayed(answer, fig.out.colors))
  const isDone = replayed.every(({ outcome }) => outcome === 'taken')
  return isDone && (options.all !== true || unknown.length === 0) ? EXIT.done : EXIT.refused
}

const namesIn = ({ services }: DeadLetters): DeadLetterName[] =>
  services.flatMap(({ service, dead_letters }) => dead_letters.map(({ id }) => ({ service, id })))

/** `emotion/3`, or `3` when one service alone lists it. Throws a usage error that names what there is. */
function nameOf(text: string, listed: DeadLetters): DeadLetterName {
  const [, service, digits] = /^(?:([a-z]+)\/)?(\d{1,9})$/.exec(text) ?? []
  const id = Number(digits)
  if (digits === undefined || id < 1) throw usageError(`"${text}" is no dead letter: write it as emotion/3.`)
  if (service !== undefined) return { service, id }
  const found = namesIn(listed).filter((name) => name.id === id)
  if (found.length === 1 && found[0]) return found[0]
  const which = found.map((name) => `${name.service}/${name.id}`).join(', ')
  throw usageError(found.length === 0 ? `No dead letter ${id} is listed.` : `Which one? There are: ${which}.`)
}
