// Partitions whose changes are set aside stay on the service when the others are rolled back. All routes of their
// domain follow their owner, whichever flip moved them; a route that is wholly on the service keeps nobody apart.
import { isRouteKey, routeList, routeOf } from '@emotibot/contracts'
import type { TransactionSql } from '@emotibot/db'
import type { PlannedMove } from '../plan/move.ts'
import { canKeep } from './flip-rows.ts'

/** From now on these stay, in every domain of the moves. */
export async function setKeptPartitions(
  tx: TransactionSql,
  moves: readonly PlannedMove[],
  kept: readonly string[],
): Promise<void> {
  for (const routes of routesPerDomain(moves))
    await tx`
      update routes set kept = case when share = 100 then '{}' else ${[...kept]}::text[] end
      where key = any(${routes})`
}

/** Routes that moved without data leave on the service who their domain's write group has left there. */
export async function leaveKeptPartitions(tx: TransactionSql, moves: readonly PlannedMove[]): Promise<void> {
  for (const routes of routesPerDomain(moves)) {
    const written = routes.filter((key) => isRouteKey(key) && routeOf(key).group !== null)
    const [row] = await tx<{ kept: string[] }[]>`
      select kept from routes where key = any(${written}) and kept <> '{}' limit 1`
    await setKeptPartitions(
      tx,
      moves.filter(({ route }) => routes.includes(route)),
      row?.kept ?? [],
    )
  }
}

/** Keys of all routes of each domain that moved and whose partitions may be apart. */
function routesPerDomain(moves: readonly PlannedMove[]): string[][] {
  const moved = routeList.filter((route) => canKeep(route) && moves.some((move) => move.route === route.key))
  return [...new Set(moved.map(({ domain }) => domain))].map((domain) =>
    routeList.filter((route) => route.domain === domain && canKeep(route)).map(({ key }) => key),
  )
}
