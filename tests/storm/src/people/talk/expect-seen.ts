import type { RouteKey } from '@emotibot/contracts'
import type { Session } from '../../journal/account.ts'
import type { ViolationKind } from '../../journal/journal.ts'
import { type Asked, type Outcome, textAt } from '../door.ts'
import { type Life, lookAgain, unexpected } from '../life.ts'
import { refused } from '../look.ts'

/** What is wrong with an answer, and what it is called when it stays so. */
export type Fault = { readonly kind: ViolationKind; readonly what: string }

export type Reading = {
  readonly route: RouteKey
  readonly asked: Asked
  /** What is wrong with a known answer. Null: nothing. */
  readonly findFault: (answer: Extract<Outcome, { isKnown: true }>) => Fault | null
}

/** Reads, and looks again where its own writes are not seen: then they are late, or lost. */
export async function expectSeen(
  life: Life,
  session: Session,
  { route, asked, findFault }: Reading,
): Promise<void> {
  const outcome = await life.ask(route, asked)
  if (!outcome.isKnown) return
  if (outcome.status === 401) return refused(life, session, `${route} (${textAt(outcome.json, 'message')})`)
  if (outcome.status !== 200 && outcome.status !== 404) return unexpected(life, route, outcome)
  const fault = life.account.isDoubtful ? null : findFault(outcome)
  if (!fault) return
  const isSeen = async () => {
    const again = await life.ask(route, asked)
    return again.isKnown ? again.status < 405 && again.status !== 401 && findFault(again) === null : null
  }
  await lookAgain(life, { what: `${route}: ${fault.what}`, kind: fault.kind, isSeen })
}

export const isMissing = (what: string): Fault => ({ kind: 'missing', what })
export const isRevived = (what: string): Fault => ({ kind: 'revived', what })
