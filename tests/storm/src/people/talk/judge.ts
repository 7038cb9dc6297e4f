import type { RouteKey } from '@emotibot/contracts'
import type { Session } from '../../journal/account.ts'
import type { Being } from '../../journal/talk.ts'
import { type Outcome, textAt } from '../door.ts'
import { type Life, unexpected } from '../life.ts'
import { refused } from '../look.ts'

/** `absent`: there is nothing of that id. `refused`: nothing was done, and whatever that means was looked at. */
export type Verdict = 'done' | 'unknown' | 'absent' | 'refused'

export type Judged = {
  readonly route: RouteKey
  readonly outcome: Outcome
  /** The status of success. */
  readonly success: number
  readonly what: string
}

/** What came of a write, and journals it. */
export async function judge(
  life: Life,
  session: Session,
  { route, outcome, success, what }: Judged,
): Promise<Verdict> {
  const { account, journal } = life
  if (!outcome.isKnown) {
    journal.doubt(route, account, `${outcome.why} ${what}`)
    return 'unknown'
  }
  if (outcome.status === success) {
    journal.acknowledge(route, account, what)
    return 'done'
  }
  if (outcome.status === 404) return 'absent'
  if (outcome.status === 401) await refused(life, session, `${route} (${textAt(outcome.json, 'message')})`)
  else unexpected(life, route, outcome)
  return 'refused'
}

/** Of what is written to, its owner says that it is not there: an owner is never behind. */
export function absent({ account, journal }: Life, being: Being, what: string): void {
  if (being.state === 'present' && !account.isDoubtful) journal.violate('missing', account, what)
  if (being.state === 'leaving') being.state = 'gone'
}
