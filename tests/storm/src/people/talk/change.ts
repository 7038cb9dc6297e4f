// What people do to conversations and turns that are there.
import { randomUUID } from 'node:crypto'
import { EMOTIONS } from '@emotibot/contracts'
import type { Session } from '../../journal/account.ts'
import { mustShow, type Talk, type Turn } from '../../journal/talk.ts'
import { insist, type Life } from '../life.ts'
import { absent, judge } from './judge.ts'
import { listTalks } from './read-list.ts'
import { presentTalks } from './start-talk.ts'

export async function rename(life: Life, session: Session): Promise<void> {
  const talk = anyTalk(life)
  if (!talk) return
  const { device } = session
  const title = `renamed ${randomUUID()}`
  const asked = { device, params: { id: talk.id }, body: { title } }
  const { outcome, tries } = await insist(life, 'conversation.rename', asked)
  const what = `${talk.id} to ${title}`
  const verdict = await judge(life, session, { route: 'conversation.rename', outcome, success: 200, what })
  if (verdict === 'unknown') talk.titles.push(title)
  if (verdict === 'absent') absent(life, talk, `conversation ${talk.id} is not there to be renamed`)
  if (verdict !== 'done') return
  // One that had no answer may still be executed, after this one.
  const [, ...doubtful] = talk.titles
  talk.titles = [title, ...doubtful, ...(tries > 1 ? [title] : [])]
  talk.namer = device
  if (life.random.chance(0.3)) await listTalks(life, session)
}

export async function giveFeedback(life: Life, session: Session): Promise<void> {
  const { account, random } = life
  const turn = anyTurn(life)
  if (!turn || account.isDoubtful) return
  const { device } = session
  const emotion = random.pick(EMOTIONS)
  const key = random.chance(0.5) ? randomUUID() : undefined
  const asked = { device, body: { turn_id: turn.id, emotion }, ...(key ? { key } : {}) }
  const { outcome, tries } = await insist(life, 'emotion.feedback', asked)
  const what = `${turn.id} is ${emotion}`
  const verdict = await judge(life, session, { route: 'emotion.feedback', outcome, success: 201, what })
  // Another device may be ahead of what this one has seen.
  if (verdict === 'absent' && mustShow(turn, device))
    absent(life, turn, `turn ${turn.id} is not there to be felt`)
  const mayComeLater = verdict === 'unknown' || (verdict === 'done' && tries > 1 && !key)
  const doubtful = turn.isFelt ? turn.felt.slice(1) : turn.felt
  if (verdict === 'done') {
    turn.felt = [emotion, ...doubtful]
    turn.isFelt = true
  }
  if (mayComeLater) turn.felt.push(emotion)
}

function anyTalk({ account, random }: Life): Talk | null {
  const talks = presentTalks(account)
  return talks.length > 0 ? random.pick(talks) : null
}

function anyTurn(life: Life): Turn | null {
  const turns = anyTalk(life)?.turns.filter(({ state }) => state === 'present') ?? []
  return turns.length > 0 ? life.random.pick(turns) : null
}
