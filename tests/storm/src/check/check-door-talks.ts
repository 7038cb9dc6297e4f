// At the end, through the front door: every conversation as its user would find it.
import type { RouteKey } from '@emotibot/contracts'
import type { Account } from '../journal/account.ts'
import type { Talk } from '../journal/talk.ts'
import type { Device } from '../people/device.ts'
import { listAt, type Outcome, textAt } from '../people/door.ts'
import { findDisorder } from '../people/talk/read-history.ts'
import { replyTo } from '../people/talk/sayings.ts'
import { answerOf, type DoorToCheck } from './check-door.ts'

const WHOLE = { limit: '200' }

/** `device` is signed in. */
export async function checkTalksAtDoor(check: DoorToCheck, account: Account, device: Device): Promise<void> {
  if (account.isDoubtful) return
  const listed = await answerOf(check, 'conversation.list', { device, query: { limit: '100' } })
  const ids = listAt(listed?.json, 'conversations').map((talk) => textAt(talk, 'id'))
  for (const talk of account.talks) {
    if (talk.state === 'present' && !ids.includes(talk.id))
      check.journal.violate('missing', account, `conversation ${talk.id} is not listed`)
    if (talk.id !== '') await checkTalk(check, account, { device, talk })
  }
}

type Shown = { readonly device: Device; readonly talk: Talk }
const ROUTE: RouteKey = 'conversation.history'

async function checkTalk(check: DoorToCheck, account: Account, { device, talk }: Shown): Promise<void> {
  const { journal } = check
  const answer = await answerOf(check, ROUTE, { device, params: { id: talk.id }, query: WHOLE })
  if (talk.state === 'gone' && answer?.status !== 404)
    journal.violate(
      'revived',
      account,
      `conversation ${talk.id} is answered ${answer?.status}, though deleted`,
    )
  if (talk.state !== 'present') return
  for (const what of findWrong(talk, answer)) journal.violate('missing', account, `${what} at the front door`)
}

function findWrong({ id, turns }: Talk, answer: Extract<Outcome, { isKnown: true }> | null): string[] {
  if (answer?.status !== 200) return [`conversation ${id} is answered ${answer?.status}`]
  const shown = listAt(answer.json, 'turns')
  const byId = new Map(shown.map((turn) => [textAt(turn, 'id'), turn]))
  const disorder = findDisorder(turns, shown)
  const lost = turns
    .filter(({ state }) => state === 'present')
    .filter((turn) => {
      const found = byId.get(turn.id)
      return textAt(found, 'user_message') !== turn.text || textAt(found, 'bot_message') !== replyTo(turn)
    })
  return [
    ...lost.map((turn) => `"${turn.text}" is not there, with its reply,`),
    ...(disorder ? [disorder.what] : []),
  ]
}
