// What people end: a turn, a conversation, all of them.
import type { Session } from '../../journal/account.ts'
import { endTalk } from '../../journal/talk.ts'
import { insist, type Life } from '../life.ts'
import { absent, judge } from './judge.ts'
import { readHistory } from './read-history.ts'
import { listTalks } from './read-list.ts'
import { presentTalks } from './start-talk.ts'

export async function deleteTurn(life: Life, session: Session): Promise<void> {
  const { account, random } = life
  const talks = presentTalks(account).filter(({ turns }) => turns.some(({ state }) => state === 'present'))
  if (talks.length === 0) return
  const talk = random.pick(talks)
  const turn = random.pick(talk.turns.filter(({ state }) => state === 'present'))
  const asked = { device: session.device, params: { id: talk.id, turn_id: turn.id } }
  const { outcome, tries } = await insist(life, 'conversation.delete_turn', asked)
  const what = `turn ${turn.id}`
  const verdict = await judge(life, session, {
    route: 'conversation.delete_turn',
    outcome,
    success: 204,
    what,
  })
  if (verdict === 'refused') return
  if (verdict === 'unknown' || tries > 1) turn.state = 'leaving'
  if (verdict === 'absent') return absent(life, turn, `${what} is not there to be deleted`)
  if (verdict === 'unknown') return
  turn.state = 'gone'
  turn.remover = session.device
  if (random.chance(0.3)) await readHistory(life, session, talk)
}

export async function deleteTalk(life: Life, session: Session): Promise<void> {
  const { account, random } = life
  const talks = presentTalks(account)
  if (talks.length === 0) return
  const talk = random.pick(talks)
  const asked = { device: session.device, params: { id: talk.id } }
  const { outcome, tries } = await insist(life, 'conversation.delete', asked)
  const what = `conversation ${talk.id}`
  const verdict = await judge(life, session, { route: 'conversation.delete', outcome, success: 204, what })
  if (verdict === 'refused') return
  if (verdict === 'unknown' || tries > 1) endTalk(talk, 'leaving', null)
  if (verdict === 'absent') {
    absent(life, talk, `${what} is not there to be deleted`)
    return endTalk(talk, 'gone', null)
  }
  if (verdict === 'unknown') return
  endTalk(talk, 'gone', session.device)
  if (random.chance(0.5)) await readHistory(life, session, talk)
}

/** One that had no answer may still be executed, after whatever is written now: then nothing here is known any more. */
export async function clear(life: Life, session: Session): Promise<void> {
  const { account } = life
  const asked = { device: session.device }
  const { outcome, tries } = await insist(life, 'conversation.clear', asked)
  const verdict = await judge(life, session, { route: 'conversation.clear', outcome, success: 204, what: '' })
  if (verdict === 'unknown' || tries > 1) account.isDoubtful = true
  if (verdict !== 'done') return
  for (const talk of account.talks) if (talk.state !== 'hoped') endTalk(talk, 'gone', session.device)
  await listTalks(life, session)
}
