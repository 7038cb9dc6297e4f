import { setTimeout as delay } from 'node:timers/promises'
import { type Account, createAccount } from '../journal/account.ts'
import { createPage } from './device.ts'
import { type Outcome, textAt } from './door.ts'
import type { Person } from './person.ts'

/** Some who want one name or one e-mail at the same moment. */
export type Race = {
  readonly contenders: readonly Account[]
  /** Those who were told that they have it. */
  readonly winners: readonly Account[]
  /** Whether every one of them was answered. */
  readonly isKnown: boolean
}

const REST_MS = 250

/** Starts one race after another until the storm is over. */
export async function holdRaces(person: Person, races: Race[]): Promise<void> {
  for (let round = 1; !person.isOver(); round += 1) {
    races.push(await race(person, `${person.name}.${round}`))
    await delay(REST_MS)
  }
}

async function race(person: Person, stem: string): Promise<Race> {
  const { ask, journal, random } = person
  const contenders = contendersOf(stem, random.between(0, 3))
  const outcomes = await Promise.all(
    contenders.map(({ username, email, passwords: [password] }) =>
      ask('auth.register', { device: createPage(), body: { username, email, password } }),
    ),
  )
  const winners = contenders.filter((contender, at) => settle(person, contender, outcomes[at]))
  const isKnown = outcomes.every((outcome) => outcome.isKnown)
  if (winners.length > 1)
    journal.violate('doubled', winners[1] ?? null, `${winners.length} won the race ${stem}`)
  if (winners.length === 0 && isKnown)
    journal.violate('missing', contenders[0] ?? null, `nobody won the race ${stem}`)
  return { contenders, winners, isKnown }
}

/** One name, one e-mail, or a name that is another's e-mail: each time in other letters. */
function contendersOf(stem: string, kind: number): Account[] {
  const name = (at: number) => (kind === 0 ? ['Ünique', 'ünique', 'ÜNIQUE'][at] : `runner ${at}`)
  const email = (at: number) => (kind === 1 ? ['one', 'One', 'ONE'][at] : `runner-${at}`)
  const accounts = [0, 1, 2].map((at) =>
    createAccount(`${name(at)} ${stem}`, `${email(at)}.${stem}@race.example`, `pässword ${at}`),
  )
  const [first, second] = accounts
  if (kind < 2 || !first || !second) return accounts
  return [first, createAccount(first.email.toUpperCase(), second.email, 'pässword 1')]
}

function settle({ journal }: Person, contender: Account, outcome: Outcome | undefined): boolean {
  if (!outcome?.isKnown) {
    contender.state = 'hoped'
    journal.doubt('auth.register', contender, 'in a race')
  } else if (outcome.status === 201) {
    contender.state = 'present'
    contender.userId = textAt(outcome.json, 'user.user_id')
    journal.add(contender)
    journal.acknowledge('auth.register', contender, 'in a race')
    return true
  } else if (outcome.status !== 400)
    journal.violate('unexpected', contender, `a race answered ${outcome.status}`)
  return false
}
