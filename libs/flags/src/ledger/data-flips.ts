import { CARVED_OUT, routeList } from '@emotibot/contracts'
import type { Sql } from '@emotibot/db'
import type { DataFlips } from '../plan/carve-out-facts.ts'

/** How many earlier flips of a domain tell what the next one's wait may be. */
const EARLIER_FLIPS = 5

/** What the ledger knows of flips that move data, for plans. */
export async function readDataFlips(sql: Sql): Promise<DataFlips> {
  const [open] = await sql<{ id: string }[]>`select id from flips where state in ('ordered', 'held')`
  const waits = CARVED_OUT.map(async (domain) => [domain, await readWaitsOf(sql, domain)] as const)
  return { underWay: open?.id ?? null, waitsMs: new Map(await Promise.all(waits)) }
}

async function readWaitsOf(sql: Sql, domain: string): Promise<number[]> {
  const written = routeList.filter((route) => route.domain === domain && route.group !== null)
  const rows = await sql<{ worst_ms: number }[]>`
    select max(worst_ms) as worst_ms from flip_waits
    join flips on flips.id = flip_waits.flip
    where state = 'done' and count > 0 and exists (
      select from flip_moves where flip_moves.flip = flips.id and route = any(${written.map(({ key }) => key)})
    )
    group by flips.version order by flips.version desc limit ${EARLIER_FLIPS}`
  return rows.map((row) => row.worst_ms)
}
