import { randomUUID } from 'node:crypto'
import { endSessions, type Session } from '../journal/account.ts'
import { textAt } from './door.ts'
import { askUntilKnown, type Life, lookAgain, unexpected } from './life.ts'
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

/** Says something once, however often it must be asked for; the monolith takes the tokens of both sides. */
export async function say(life: Life, session: Session): Promise<void> {
  const { account, journal } = life
  account.conversation ??= await startConversation(life, session)
  if (account.conversation === null) return
  const turn = { text: `I am happy ${randomUUID()}`, conversation: account.conversation, isAcked: false }
  account.turns.push(turn)
  const asked = {
    device: session.device,
    params: { id: turn.conversation },
    key: randomUUID(),
    body: { text: turn.text },
  }
  const outcome = await askUntilKnown(life, 'conversation.send', asked)
  if (!outcome.isKnown) journal.doubt('conversation.send', account, outcome.why)
  else if (outcome.status === 201) {
    turn.isAcked = true
    journal.acknowledge('conversation.send', account)
    if (life.random.chance(0.3)) await readBack(life, session, turn)
  } else if (outcome.status === 401)
    await refused(life, session, `conversation.send (${textAt(outcome.json, 'message')})`)
  else unexpected(life, 'conversation.send', outcome)
}

async function startConversation(life: Life, session: Session): Promise<string | null> {
  const asked = { device: session.device, key: randomUUID(), body: {} }
  const outcome = await askUntilKnown(life, 'conversation.create', asked)
  if (!outcome.isKnown) return null
  if (outcome.status === 201) return textAt(outcome.json, 'conversation.id')
  if (outcome.status === 401)
    await refused(life, session, `conversation.create (${textAt(outcome.json, 'message')})`)
  else unexpected(life, 'conversation.create', outcome)
  return null
}

type Said = { readonly text: string; readonly conversation: string }

async function readBack(life: Life, { device }: Session, { text, conversation }: Said): Promise<void> {
  const isSeen = async () => {
    const outcome = await life.ask('conversation.history', { device, params: { id: conversation } })
    return outcome.isKnown ? JSON.stringify(outcome.json).includes(text) : null
  }
  if ((await isSeen()) !== false) return
  await lookAgain(life, { what: `the turn "${text}" is not in its history`, isSeen })
}
