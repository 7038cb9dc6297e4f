import { randomUUID } from 'node:crypto'
import { endSessions, type Session } from '../journal/account.ts'
import { textAt } from './door.ts'
import { type Life, unexpected } from './life.ts'
import { login } from './login.ts'
import { look, lookForChange, refused } from './look.ts'

export async function logout(life: Life, session: Session): Promise<void> {
  const { account, ask, journal } = life
  const outcome = await ask('auth.logout', { device: session.device })
  if (!outcome.isKnown) {
    session.state = 'maybe'
    journal.doubt('auth.logout', account, `${outcome.why} sid ${session.sid}`)
  } else if (outcome.status === 204) {
    session.state = 'over'
    journal.acknowledge('auth.logout', account, `sid ${session.sid}`)
  } else if (outcome.status === 401)
    await refused(life, session, `auth.logout (${textAt(outcome.json, 'message')})`)
  else unexpected(life, 'auth.logout', outcome)
}

export async function logoutEverywhere(life: Life, session: Session): Promise<void> {
  const { account, ask, journal } = life
  const outcome = await ask('auth.logout_all', { device: session.device })
  if (!outcome.isKnown) {
    endSessions(account, 'maybe')
    journal.doubt('auth.logout_all', account, outcome.why)
  } else if (outcome.status === 204) {
    endSessions(account, 'over')
    journal.acknowledge('auth.logout_all', account)
  } else if (outcome.status === 401)
    await refused(life, session, `auth.logout_all (${textAt(outcome.json, 'message')})`)
  else unexpected(life, 'auth.logout_all', outcome)
}

export async function changePassword(life: Life, session: Session): Promise<void> {
  const { account, ask, journal } = life
  await look(life, session)
  const before = account.newestSeen
  const [current = ''] = account.passwords
  const next = `pässword ${randomUUID().slice(0, 8)}`
  const body = { current_password: current, new_password: next }
  account.newestPassword = next
  const outcome = await ask('auth.password', { device: session.device, body })
  if (!outcome.isKnown) {
    account.passwords = [next, ...account.passwords]
    endSessions(account, 'maybe', session)
    journal.doubt('auth.password', account, `${outcome.why}: ${current} to ${next}`)
  } else if (outcome.status === 200) {
    account.oldPasswords.push(...account.passwords)
    account.passwords = [next]
    endSessions(account, 'over', session)
    journal.acknowledge('auth.password', account, `${current} to ${next}, by sid ${session.sid}`)
    await lookForChange(life, session, before)
  } else if (outcome.status === 401)
    await refused(life, session, `auth.password (${textAt(outcome.json, 'message')})`)
  else if (outcome.status === 400) {
    account.newestPassword = account.passwords[0] ?? ''
    await wrongPassword(life, current)
  } else unexpected(life, 'auth.password', outcome)
}

/** The password we know is not right any more; signing in with it must then be possible, or it is lost. */
async function wrongPassword(life: Life, current: string): Promise<void> {
  life.journal.note(life.account, `auth.password: ${current} is not the current password`)
  await login(life)
}

/** Deletes the account, until that is known to be done or the storm is over. */
export async function deleteAccount(life: Life, session: Session): Promise<void> {
  const { account, ask, journal } = life
  const outcome = await ask('auth.delete', { device: session.device })
  if (!outcome.isKnown) {
    account.state = 'leaving'
    endSessions(account, 'maybe')
    journal.doubt('auth.delete', account, outcome.why)
    const again = life.isOver() ? null : await login(life)
    if (again) await deleteAccount(life, again)
  } else if (outcome.status === 204) {
    account.state = 'gone'
    endSessions(account, 'over')
    journal.acknowledge('auth.delete', account)
  } else if (outcome.status === 401)
    await refused(life, session, `auth.delete (${textAt(outcome.json, 'message')})`)
  else unexpected(life, 'auth.delete', outcome)
}
