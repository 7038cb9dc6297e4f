import { type Account, createAccount, liveSessions } from '../journal/account.ts'
import type { Life } from './life.ts'
import { login, tryOldPassword } from './login.ts'
import { look } from './look.ts'
import { register } from './register.ts'
import { TALK_DEEDS } from './talk/deeds.ts'
import { changePassword, deleteAccount, logout, logoutEverywhere } from './write.ts'

export type Person = Omit<Life, 'account'> & { readonly name: string }

/** Some have names that only fold to themselves in code, beyond ASCII. */
const STEMS = ['mira', 'Émile', 'ÅSA', 'ﬁona', 'joão'] as const

/** Lives one life after another until the storm is over: registers, acts, and at times deletes the account. */
export async function livePerson(person: Person): Promise<void> {
  for (let life = 1; !person.isOver(); life += 1) {
    const username = `${person.random.pick(STEMS)} ${person.name}.${life}`
    const account = createAccount(username, `${person.name}.${life}@storm.example`, `pässword ${life}`)
    person.journal.add(account)
    await liveOnce({ ...person, account })
  }
}

async function liveOnce(life: Life): Promise<void> {
  await register(life)
  // Of one whose conversations are not known any more, too much is allowed.
  const isAlive = ({ state, isDoubtful }: Account) => state !== 'gone' && state !== 'new' && !isDoubtful
  while (!life.isOver() && isAlive(life.account)) await doSomething(life)
}

type Deed = { readonly weight: number; readonly act: (life: Life) => Promise<void> }

const withSession =
  (act: (life: Life, session: ReturnType<typeof liveSessions>[number]) => Promise<void>) =>
  async (life: Life): Promise<void> => {
    const live = liveSessions(life.account)
    const session = live.length > 0 ? life.random.pick(live) : await login(life)
    if (session) await act(life, session)
  }

/** A session that may be over: once it is seen to be, it must stay so. */
async function lookAtDoubtful(life: Life): Promise<void> {
  const doubtful = life.account.sessions.filter(({ state }) => state === 'maybe')
  if (doubtful.length > 0) await look(life, life.random.pick(doubtful))
}

const DEEDS: readonly Deed[] = [
  { weight: 12, act: async (life) => void (await login(life)) },
  { weight: 10, act: withSession(async (life, session) => void (await look(life, session))) },
  { weight: 12, act: withSession(logout) },
  { weight: 3, act: withSession(logoutEverywhere) },
  { weight: 5, act: withSession(changePassword) },
  { weight: 2, act: tryOldPassword },
  { weight: 2, act: lookAtDoubtful },
  { weight: 1.2, act: withSession(deleteAccount) },
  ...TALK_DEEDS.map(({ weight, act }) => ({ weight, act: withSession(act) })),
]
const WEIGHT = DEEDS.reduce((sum, { weight }) => sum + weight, 0)

async function doSomething(life: Life): Promise<void> {
  let dice = life.random.next() * WEIGHT
  for (const { weight, act } of DEEDS) {
    dice -= weight
    if (dice < 0) return act(life)
  }
}
