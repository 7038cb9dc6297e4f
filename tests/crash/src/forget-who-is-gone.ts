import { readReplicas } from '@emotibot/flags'
import { until } from '@emotibot/testkit'
import type { Stage } from './stage.ts'

const SPOKEN_WITHIN_MS = 30_000

/**
 * A facade that an earlier case killed counts as live for a while, and log outs wait for it: that is not this case's. Who
 * speaks again from now on is there; nobody else is.
 */
export async function forgetWhoIsGone({ ledger, stack }: Stage): Promise<void> {
  const count = stack.facades.length
  const live = (await readReplicas(ledger)).filter((replica) => replica.is_live)
  if (live.length <= count) return
  const [clock] = await ledger<{ now: string }[]>`select now()::text as now`
  const now = clock?.now ?? ''
  const haveSpoken = async () => {
    const rows = await ledger`select id from replicas where seen_at > ${now}::text::timestamptz`
    return rows.length >= count
  }
  await until('every facade has spoken', haveSpoken, SPOKEN_WITHIN_MS)
  await ledger`delete from replicas where seen_at <= ${now}::text::timestamptz`
}
