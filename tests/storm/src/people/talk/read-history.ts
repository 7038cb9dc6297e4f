import type { Session } from '../../journal/account.ts'
import { mustNotShow, mustShow, type Talk, type Turn } from '../../journal/talk.ts'
import type { Device } from '../device.ts'
import { listAt, textAt } from '../door.ts'
import type { Life } from '../life.ts'
import { expectSeen, type Fault, isMissing, isRevived } from './expect-seen.ts'
import { replyTo } from './sayings.ts'

/** Of every size a conversation has here. */
const WHOLE = { limit: '200' }

/** A conversation as this device sees it: with all that it said there, in order, and nothing that it deleted. */
export async function readHistory(life: Life, session: Session, talk: Talk): Promise<void> {
  const { device } = session
  await expectSeen(life, session, {
    route: 'conversation.history',
    asked: { device, params: { id: talk.id }, query: WHOLE },
    findFault: ({ status, json }) => findFault(talk, device, { status, shown: listAt(json, 'turns') }),
  })
}

type Shown = { readonly status: number; readonly shown: readonly unknown[] }

function findFault(talk: Talk, device: Device, { status, shown }: Shown): Fault | null {
  if (status === 404) return mustShow(talk, device) ? isMissing(`conversation ${talk.id} is not there`) : null
  if (mustNotShow(talk, device)) return isRevived(`conversation ${talk.id} is there again`)
  return findTurnFault(talk.turns, device, shown) ?? findDisorder(talk.turns, shown)
}

/** Of turns that were found somewhere: whether those are among them that must be, and none that must not be. */
export function findTurnFault(
  turns: readonly Turn[],
  device: Device,
  shown: readonly unknown[],
): Fault | null {
  const byText = Map.groupBy(shown, (turn) => textAt(turn, 'user_message'))
  for (const turn of turns) {
    const found = byText.get(turn.text) ?? []
    if (mustShow(turn, device) && found.length === 0) return isMissing(`"${turn.text}" is not there`)
    if (mustNotShow(turn, device) && found.length > 0) return isRevived(`"${turn.text}" is there again`)
    if (found.length > turn.most) return { kind: 'doubled', what: `"${turn.text}" is there more than once` }
    const strange = found.map((one) => findStrange(turn, one)).find((fault) => fault !== null)
    if (strange) return strange
  }
  return null
}

/** While nobody has heard what it sounds like it stands as neutral. */
function findStrange(turn: Turn, shown: unknown): Fault | null {
  const reply = textAt(shown, 'bot_message')
  const isReplied = textAt(shown, 'reply_status') === 'complete'
  const emotion = textAt(shown, 'detected_emotion')
  if (emotion !== turn.emotion && emotion !== 'neutral') return isMissing(`"${turn.text}" sounds ${emotion}`)
  return isReplied && reply !== replyTo(turn) ? isMissing(`"${turn.text}" is answered "${reply}"`) : null
}

/** Rounds go up, as far as they are known. */
export function findDisorder(turns: readonly Turn[], shown: readonly unknown[]): Fault | null {
  const roundOf = new Map(turns.filter(({ id }) => id !== '').map((turn) => [turn.id, turn.round] as const))
  let last = 0
  for (const turn of shown) {
    const round = roundOf.get(textAt(turn, 'id')) ?? last
    if (round < last) return isMissing(`"${textAt(turn, 'user_message')}" comes after what was said later`)
    last = round
  }
  return null
}
