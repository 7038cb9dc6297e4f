import { randomUUID } from 'node:crypto'
import { createPage } from './device.ts'
import { textAt } from './door.ts'
import { askUntilKnown, type Life, unexpected } from './life.ts'

/** Registers a name that nobody else wants, until that is known to be done or the storm is over. */
export async function register(life: Life): Promise<void> {
  const { account, journal, random } = life
  const { username, email } = account
  // Without a key a second try of what was done is refused as a duplicate; with one it gets the first answer.
  const key = random.chance(0.5) ? randomUUID() : undefined
  const body = { username, email, password: account.passwords[0] }
  const asked = { device: createPage(), body, ...(key ? { key } : {}) }
  const first = await life.ask('auth.register', asked)
  if (!first.isKnown) {
    account.state = 'hoped'
    journal.doubt('auth.register', account, first.why)
  }
  const outcome = first.isKnown ? first : await askUntilKnown(life, 'auth.register', asked)
  if (!outcome.isKnown) return
  const wasTried = !first.isKnown
  if (outcome.status === 201) account.userId = textAt(outcome.json, 'user.user_id')
  else if (!(outcome.status === 400 && wasTried && key === undefined))
    return unexpected(life, 'auth.register', outcome)
  account.state = 'present'
  journal.acknowledge('auth.register', account)
}
