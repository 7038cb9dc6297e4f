import { randomUUID } from 'node:crypto'
import type { Account, Session } from '../../journal/account.ts'
import { createTalk, type Talk } from '../../journal/talk.ts'
import { type Outcome, textAt } from '../door.ts'
import { askUntilKnown, type Life } from '../life.ts'
import { judge } from './judge.ts'

const USUAL_TALKS = 3
const MOST_TURNS = 25

export const presentTalks = ({ talks }: Account): Talk[] => talks.filter(({ state }) => state === 'present')

/** One to say something in: mostly one there is, now and then a new one. */
export async function pickTalk(life: Life, session: Session): Promise<Talk | null> {
  const talks = presentTalks(life.account).filter(({ turns }) => turns.length < MOST_TURNS)
  const isNew = talks.length === 0 || (talks.length < USUAL_TALKS && life.random.chance(0.1))
  return isNew ? startTalk(life, session) : life.random.pick(talks)
}

/** Opens a conversation; without a key only once, so that it is there once at most. */
export async function startTalk(life: Life, session: Session): Promise<Talk | null> {
  const { account, ask, random } = life
  const { device } = session
  const talk = createTalk(`about ${randomUUID()}`, device)
  account.talks.push(talk)
  const asked = { device, body: { title: talk.titles[0] } }
  const outcome = random.chance(0.8)
    ? await askUntilKnown(life, 'conversation.create', { ...asked, key: randomUUID() })
    : await ask('conversation.create', asked)
  const verdict = await judge(life, session, {
    route: 'conversation.create',
    outcome,
    success: 201,
    what: talk.titles[0] ?? '',
  })
  if (verdict !== 'done') return null
  keep(life, talk, outcome)
  return talk
}

function keep({ account, journal }: Life, talk: Talk, outcome: Outcome): void {
  if (!outcome.isKnown) return
  talk.state = 'present'
  talk.id = textAt(outcome.json, 'conversation.id')
  const title = textAt(outcome.json, 'conversation.title')
  if (title !== talk.titles[0]) journal.violate('unexpected', account, `${talk.titles[0]} is called ${title}`)
}
