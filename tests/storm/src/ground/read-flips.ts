import { openPostgres } from '@emotibot/db'
import type { FlipCounts } from '../report.ts'

/** How flips ended, by the ledger itself. */
export async function readFlips(ledgerUrl: string): Promise<FlipCounts> {
  const sql = openPostgres(ledgerUrl, { applicationName: 'storm', max: 1 })
  try {
    const rows = await sql<{ state: string; count: number }[]>`
      select state, count(*)::int as count from flips group by state`
    const of = (...states: string[]) =>
      rows.filter(({ state }) => states.includes(state)).reduce((sum, { count }) => sum + count, 0)
    return { done: of('done'), abandoned: of('abandoned'), open: of('ordered', 'held') }
  } finally {
    await sql.end({ timeout: 5 })
  }
}
