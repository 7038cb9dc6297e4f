import type { Session } from '../journal/account.ts'
import { textAt } from './door.ts'
import { type Life, lookAgain, unexpected } from './life.ts'

/** Who is signed in, as this device sees it: `updated_at`, or null when that is not known. */
export async function look(life: Life, session: Session): Promise<string | null> {
  const { account, ask, journal } = life
  const outcome = await ask('auth.me', { device: session.device })
  if (!outcome.isKnown) return null
  if (outcome.status === 401) {
    await refused(life, session, `auth.me (${textAt(outcome.json, 'message')})`)
    return null
  }
  if (outcome.status !== 200) {
    unexpected(life, 'auth.me', outcome)
    return null
  }
  if (textAt(outcome.json, 'user.user_id') !== account.userId)
    journal.violate('unexpected', account, `auth.me is ${JSON.stringify(outcome.json)}`)
  const seen = textAt(outcome.json, 'user.updated_at')
  if (seen > account.newestSeen) account.newestSeen = seen
  return seen
}

/** A token was refused. That is right where its session may be over; a live one must come back, which is late. */
export async function refused(life: Life, session: Session, where: string): Promise<void> {
  if (session.state !== 'live') {
    session.state = 'over'
    return
  }
  const isSeen = async () => {
    const outcome = await life.ask('auth.me', { device: session.device })
    return outcome.isKnown ? outcome.status === 200 : null
  }
  await lookAgain(life, { what: `${where} refuses session ${session.sid}, which nobody ended`, isSeen })
  // Said once; this device is of no use any more.
  session.state = 'maybe'
}

/** After this device's own change: what it reads must be younger than all that was read before. */
export async function lookForChange(life: Life, session: Session, before: string): Promise<void> {
  const seen = await look(life, session)
  if (seen === null || seen > before) return
  const isSeen = async () => {
    const again = await look(life, session)
    return again === null ? null : again > before
  }
  await lookAgain(life, { what: `auth.me is of ${seen} after a change later than ${before}`, isSeen })
}
