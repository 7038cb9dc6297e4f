import type { Told } from './ground/operate.ts'
import type { Supervisor } from './ground/supervisor.ts'
import type { Journal } from './journal/journal.ts'
import { VIOLATIONS } from './journal/journal.ts'
import type { StormOptions } from './options.ts'

/** Of the ledger: how the flips ended that were begun. */
export type FlipCounts = { readonly done: number; readonly abandoned: number; readonly open: number }

export type ToReport = {
  readonly journal: Journal
  readonly told: Told
  readonly supervisor: Pick<Supervisor, 'counts'>
  readonly options: StormOptions
  readonly flips: FlipCounts
}
export type Report = ReturnType<typeof reportOf>

export function reportOf({ journal, told, supervisor, options, flips }: ToReport) {
  const { counts, acked, violations, accounts } = journal
  return {
    acked: journal.ackedInAll(),
    ...counts,
    flips: flips.done,
    abandoned: flips.abandoned,
    open: flips.open,
    ...supervisor.counts,
    unknown: journal.unknown(),
    flips_refused: told.refused,
    flips_unknown: told.unknown,
    accounts: accounts.length,
    acked_by_route: acked,
    seed: options.seed,
    seconds: options.seconds,
    people: options.people,
    violations,
    last_told: told.last,
  }
}

/** Whether a promise was broken, or a flip was left half done. */
export function isBroken(report: Report): boolean {
  return report.open > 0 || VIOLATIONS.some((kind) => report[kind] > 0)
}
