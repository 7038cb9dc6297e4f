import { openPostgres, type Sql } from '@emotibot/db'
import { createTestDatabase } from '@emotibot/db/testing'
import type { Hold } from '../hold.ts'
import type { FlipToApply } from '../ledger/flip-rows.ts'
import { orderFlip } from '../ledger/order-flip.ts'
import { ledgerSteps } from '../ledger/schema.ts'
import type { PlannedMove } from '../plan/move.ts'

/** An empty ledger of its own, and how to be rid of it. */
export async function openTestLedger(): Promise<{ readonly sql: Sql; readonly drop: () => Promise<void> }> {
  const database = await createTestDatabase({ steps: ledgerSteps })
  const sql = openPostgres(database.url, { applicationName: 'test' })
  const drop = async () => {
    await sql.end({ timeout: 1 })
    await database.drop()
  }
  return { sql, drop }
}

export const MONOLITH = { stage: 'monolith', share: 0 } as const
export const SERVICE = { stage: 'service', share: 100 } as const
export const canary = (share: number) => ({ stage: 'canary', share }) as const

/** From the monolith, where a route that was never flipped is, unless told otherwise. */
export const moveOf = (
  route: string,
  to: PlannedMove['to'],
  { epoch = 0, from = MONOLITH }: Partial<Pick<PlannedMove, 'epoch' | 'from'>> = {},
): PlannedMove => ({ route, from, to, epoch })

export const flipOf = (moves: readonly PlannedMove[], own: Partial<FlipToApply> = {}): FlipToApply => ({
  kind: 'flip',
  by: 'ann',
  why: null,
  isForced: false,
  isForward: true,
  moves,
  alsoMoves: [],
  ...own,
})

export const holdOfAll = (flip: string, routes: readonly string[]): Hold => ({
  flip,
  routes,
  low: 0,
  high: 100,
  budgetMs: 5_000,
})

/** The id of a flip that the ledger took. */
export async function orderOrThrow(sql: Sql, flip: FlipToApply): Promise<string> {
  const outcome = await orderFlip(sql, flip)
  if (!outcome.isApplied) throw new Error(`refused: ${outcome.reasons.join(', ')}`)
  return outcome.flip
}
