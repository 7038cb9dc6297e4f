import { readUnverifiedClaims } from '@emotibot/contracts'
import type { Account, Session } from '../journal/account.ts'
import { createPage, createProgram } from './device.ts'
import { textAt } from './door.ts'
import { askUntilKnown, type Life, lookAgain, unexpected } from './life.ts'

/** Signs in by name or e-mail, as written or in capitals. Null when nobody can, or nothing is known. */
export async function login(life: Life): Promise<Session | null> {
  const { account, random } = life
  const name = random.chance(0.6) ? account.username : account.email
  const spelled = random.chance(0.2) ? name.toUpperCase() : name
  for (const password of [...account.passwords]) {
    const session = await tryLogin(life, spelled, password)
    if (session !== 'refused') return session
  }
  return nobodySignedIn(life, spelled)
}

async function tryLogin(life: Life, username: string, password: string): Promise<Session | 'refused' | null> {
  const { account, journal, random } = life
  const device = random.chance(0.5) ? createPage() : createProgram()
  const outcome = await askUntilKnown(life, 'auth.login', { device, body: { username, password } })
  if (!outcome.isKnown) return null
  if (outcome.status === 401) return 'refused'
  if (outcome.status !== 200) {
    unexpected(life, 'auth.login', outcome)
    return null
  }
  const token = textAt(outcome.json, 'access_token')
  device.signIn(token)
  const sid = readUnverifiedClaims(token)?.sid ?? ''
  const session: Session = { device, token, sid, state: 'live' }
  account.sessions.push(session)
  meet(life, textAt(outcome.json, 'user.user_id'))
  thisIsRight(account, password)
  journal.acknowledge('auth.login', account, `as ${username} with ${password}, sid ${sid}`)
  return session
}

/** Another than the newest says little: the change may still be under way somewhere. */
function thisIsRight(account: Account, password: string): void {
  const others = account.passwords.filter((other) => other !== password)
  if (password !== account.newestPassword) account.passwords = [password, ...others]
  else {
    account.passwords = [password]
    account.oldPasswords.push(...others)
  }
}

/** The first sight of an account whose registration was not answered, and ever the same user. */
function meet({ account, journal }: Life, userId: string): void {
  if (account.state === 'hoped') account.state = 'present'
  account.userId ??= userId
  if (account.userId !== userId)
    journal.violate('doubled', account, `user ${account.userId} signed in as ${userId}`)
}

async function nobodySignedIn(life: Life, username: string): Promise<null> {
  const { account, ask } = life
  if (account.state === 'leaving') account.state = 'gone'
  // While a change may still be under way, one may be too early and the other too late.
  if (account.state !== 'present' || account.passwords.length > 1) return null
  const isSeen = async () => {
    const body = { username, password: account.passwords[0] }
    const outcome = await ask('auth.login', { device: createPage(), body })
    return outcome.isKnown ? outcome.status === 200 : null
  }
  await lookAgain(life, { what: `login as ${username} with ${account.passwords[0]} is refused`, isSeen })
  return null
}

/** A password that was replaced must be refused at once. */
export async function tryOldPassword(life: Life): Promise<void> {
  const { account, ask } = life
  const password = account.oldPasswords.at(-1)
  if (account.state !== 'present' || password === undefined) return
  const asked = { device: createProgram(), body: { username: account.username, password } }
  const outcome = await ask('auth.login', asked)
  if (!outcome.isKnown || outcome.status === 401) return
  const isSeen = async () => {
    const again = await ask('auth.login', asked)
    return again.isKnown ? again.status === 401 : null
  }
  await lookAgain(life, { what: `the replaced password ${password} signs in`, isSeen })
}
