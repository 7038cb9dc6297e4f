import { setTimeout as delay } from 'node:timers/promises'
import type { Account, Session } from '../journal/account.ts'
import type { Journal } from '../journal/journal.ts'
import { createProgram } from './device.ts'
import type { Person } from './person.ts'

const REST_MS = 20
const ROUTES = ['auth.me', 'conversation.list', 'auth.me'] as const

/** Tries tokens whose sessions are over, at any door and at both sides, all the time: none may be answered 200. */
export async function probeEndedSessions(person: Person): Promise<void> {
  while (!person.isOver()) {
    const ended = pickEnded(person)
    if (ended) await probe(person, ended)
    await delay(REST_MS)
  }
}

export type Ended = { readonly account: Account; readonly session: Session }

function pickEnded({ journal, random }: Person): Ended | null {
  // The latest accounts: what was just ended is what may come back.
  const account = journal.accounts.at(-1 - random.between(0, Math.min(40, journal.accounts.length)))
  const ended = account?.sessions.filter(({ state }) => state === 'over') ?? []
  const session = ended.at(-1 - random.between(0, Math.min(4, ended.length)))
  return account && session ? { account, session } : null
}

type Prober = Pick<Person, 'ask' | 'random'> & { readonly journal: Journal }

export async function probe({ ask, random, journal }: Prober, { account, session }: Ended): Promise<void> {
  const device = createProgram()
  device.signIn(session.token)
  const route = random.pick(ROUTES)
  const outcome = await ask(route, { device })
  if (outcome.isKnown && outcome.status === 200)
    journal.violate('revived', account, `${route} answers session ${session.sid}, which is over`)
}
