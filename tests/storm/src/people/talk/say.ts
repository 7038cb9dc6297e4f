import { randomUUID } from 'node:crypto'
import type { Session } from '../../journal/account.ts'
import { addTurn, type Talk, type Turn } from '../../journal/talk.ts'
import type { Device } from '../device.ts'
import { type Asked, type Outcome, textAt } from '../door.ts'
import { askUntilKnown, type Life } from '../life.ts'
import { absent, judge } from './judge.ts'
import { readHistory } from './read-history.ts'
import { SAYINGS } from './sayings.ts'
import { pickTalk } from './start-talk.ts'

const AT_ONCE = 3

/** Says something, or some things at once, and at times looks whether they are there. */
export async function say(life: Life, session: Session): Promise<void> {
  const { random } = life
  const talk = await pickTalk(life, session)
  if (!talk) return
  talk.rounds += 1
  const isAlone = !random.chance(0.08)
  // A page's cookie holds the position of one answer only.
  const maker = isAlone ? session.device : null
  const sayOne = () => sayOnce(life, session, { talk, maker })
  await Promise.all(Array.from({ length: isAlone ? 1 : AT_ONCE }, sayOne))
  if (random.chance(0.3)) await readHistory(life, session, talk)
}

async function sayOnce(
  life: Life,
  session: Session,
  { talk, maker }: { readonly talk: Talk; readonly maker: Device | null },
): Promise<void> {
  const { random } = life
  const [emotion, words] = random.pick(SAYINGS)
  said += 1
  // A word of its own, to be found by: no other begins with it.
  const text = `${words} n${said}z`
  const turn = addTurn(talk, { text, emotion, round: talk.rounds, maker })
  const asked = {
    device: session.device,
    params: { id: talk.id },
    body: { text },
    isAsync: random.chance(0.4),
  }
  const outcome = random.chance(0.7)
    ? await sayUnderKey(life, turn, { ...asked, key: randomUUID() })
    : await sayWithoutKey(life, turn, asked)
  const what = `"${text}"`
  const verdict = await judge(life, session, { route: 'conversation.send', outcome, success: 201, what })
  if (verdict === 'done') keep(life, turn, outcome)
  if (verdict === 'absent') absent(life, talk, `conversation ${talk.id} is not there to say ${what}`)
}

/** In all storms of this process. */
let said = 0

/** However often it must be asked for, it is said once. Now and then an answer is lost on its way. */
async function sayUnderKey(life: Life, turn: Turn, asked: Asked): Promise<Outcome> {
  const { account, journal, random } = life
  const lost = random.chance(0.08) ? await life.ask('conversation.send', asked) : null
  const outcome = await askUntilKnown(life, 'conversation.send', asked)
  if (!lost?.isKnown || !outcome.isKnown) return outcome
  const [one, other] = [lost, outcome].map(({ json }) => textAt(json, 'turn.id'))
  if (one !== other) journal.violate('doubled', account, `"${turn.text}" is turn ${one} and turn ${other}`)
  return outcome
}

/** What is asked for again may be said again. */
async function sayWithoutKey(life: Life, turn: Turn, asked: Asked): Promise<Outcome> {
  const outcome = await life.ask('conversation.send', asked)
  if (outcome.isKnown || life.random.chance(0.5)) return outcome
  turn.most += 1
  return life.ask('conversation.send', asked)
}

function keep({ account, journal }: Life, turn: Turn, outcome: Outcome): void {
  if (!outcome.isKnown) return
  turn.state = 'present'
  turn.id = textAt(outcome.json, 'turn.id')
  const text = textAt(outcome.json, 'turn.user_message')
  if (text !== turn.text) journal.violate('unexpected', account, `"${turn.text}" was kept as "${text}"`)
}
