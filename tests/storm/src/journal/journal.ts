// What was acknowledged, kept outside the system. Nothing here is read from it except its answers.
import type { Account } from './account.ts'

/** Each of them fails the storm. */
export const VIOLATIONS = [
  'missing',
  'doubled',
  'stale_reads',
  'revived',
  'failed_without_fault',
  'unexpected',
] as const
export type ViolationKind = (typeof VIOLATIONS)[number]

export type Violation = {
  readonly kind: ViolationKind
  readonly what: string
  /** Since the storm began. */
  readonly atMs: number
  readonly user: string
  /** What happened to this user, the latest last. */
  readonly history: readonly string[]
  /** What was flipped and broken, the latest last. */
  readonly news: readonly string[]
}

export type Journal = ReturnType<typeof createJournal>

/** Violations of each kind that are kept with their context; all are counted. */
const KEPT = 10

/** `lateMs`: what is not seen by then is lost; what is seen later than at once is stale. */
export function createJournal(lateMs = 6_000) {
  const startedMs = performance.now()
  const accounts: Account[] = []
  const violations: Violation[] = []
  const counts: Record<ViolationKind, number> = {
    missing: 0,
    doubled: 0,
    stale_reads: 0,
    revived: 0,
    failed_without_fault: 0,
    unexpected: 0,
  }
  const acked: Record<string, number> = {}
  let unknown = 0
  const news: string[] = []
  const nowMs = () => Math.round(performance.now() - startedMs)

  return {
    lateMs,
    accounts,
    violations,
    counts,
    nowMs,
    /** Writes that were answered with success, by route. */
    acked,
    ackedInAll: () => Object.values(acked).reduce((sum, count) => sum + count, 0),
    unknown: () => unknown,
    add: (account: Account) => void accounts.push(account),
    acknowledge(route: string, account: Account, what = ''): void {
      acked[route] = (acked[route] ?? 0) + 1
      note(account, `${route} acknowledged ${what}`)
    },
    /** A write whose answer did not come, or was a server error: both outcomes are allowed until one is seen. */
    doubt(route: string, account: Account, why: string): void {
      unknown += 1
      note(account, `${route} unknown: ${why}`)
    },
    note,
    /** Something was flipped, broken or mended. */
    tell(line: string): void {
      news.push(`${nowMs()} ${line}`)
      if (news.length > 12) news.shift()
    },
    violate(kind: ViolationKind, account: Account | null, what: string): void {
      counts[kind] += 1
      if (counts[kind] > KEPT) return
      const history = account ? [...account.history] : []
      violations.push({ kind, what, atMs: nowMs(), user: account?.username ?? '', history, news: [...news] })
    },
  }

  function note({ history }: Account, line: string): void {
    history.push(`${nowMs()} ${line}`)
    if (history.length > 40) history.shift()
  }
}
