import { setTimeout as delay } from 'node:timers/promises'
import type { RouteKey } from '@emotibot/contracts'
import type { Account } from '../journal/account.ts'
import type { Journal, ViolationKind } from '../journal/journal.ts'
import type { Random } from '../plan/random.ts'
import type { Asked, Door, Outcome } from './door.ts'

/** Somebody who does one thing after another with one account. */
export type Life = {
  readonly account: Account
  readonly ask: Door
  readonly journal: Journal
  readonly random: Random
  readonly isOver: () => boolean
}

const RETRY_MS = 150

/** Asks again while the outcome is not known and the storm goes on; the last outcome either way. */
export async function askUntilKnown(life: Life, route: RouteKey, asked: Asked): Promise<Outcome> {
  const { outcome } = await insist(life, route, asked)
  return outcome
}

/** The same; and whether it was asked once only: what had no answer may still be executed, now or later. */
export async function insist(
  life: Life,
  route: RouteKey,
  asked: Asked,
): Promise<{ readonly outcome: Outcome; readonly tries: number }> {
  for (let tries = 1; ; tries += 1) {
    const outcome = await life.ask(route, asked)
    if (outcome.isKnown || life.isOver()) return { outcome, tries }
    life.journal.note(life.account, `${route} asked again: ${outcome.why}`)
    await delay(RETRY_MS)
  }
}

/**
 * Something acknowledged was not seen. It is looked for again: `stale_reads` when it comes late, else `kind`, by
 * `isSeen`'s word. An outcome that is not known (null) decides nothing.
 */
export async function lookAgain(
  { journal, account }: Pick<Life, 'journal' | 'account'>,
  {
    what,
    kind = 'missing',
    isSeen,
  }: { what: string; kind?: ViolationKind; isSeen: () => Promise<boolean | null> },
): Promise<void> {
  const since = journal.nowMs()
  journal.note(account, `NOT SEEN: ${what}`)
  while (journal.nowMs() - since < journal.lateMs) {
    await delay(RETRY_MS)
    if (await isSeen()) {
      journal.violate('stale_reads', account, `${what} (seen ${journal.nowMs() - since} ms later)`)
      return
    }
  }
  journal.violate(kind, account, what)
}

/** An answer that no rule of the contract has here. */
export function unexpected({ journal, account }: Life, route: RouteKey, outcome: Outcome): void {
  if (!outcome.isKnown) return
  const what = `${route} answered ${outcome.status} ${JSON.stringify(outcome.json)?.slice(0, 200)}`
  journal.violate('unexpected', account, what)
}
