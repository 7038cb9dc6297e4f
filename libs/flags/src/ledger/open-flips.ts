import type { Sql, TransactionSql } from '@emotibot/db'
import type { FlipState } from '../flip-steps.ts'
import type { PlannedMove } from '../plan/move.ts'
import { readMoves } from './flip-rows.ts'

/** A flip that moves data and has not ended. */
export type OpenFlip = {
  readonly flip: string
  readonly kind: 'flip' | 'rollback'
  readonly by: string
  readonly state: 'ordered' | 'held'
  /** Each with the epoch its route had when this was planned: it has it still, for an open flip's routes move for nobody else. */
  readonly moves: readonly PlannedMove[]
  /** How long requests have been held, by the ledger's clock; null before. */
  readonly heldMs: number | null
  /** Why an operator wants it given up; its driver does so while it still can. */
  readonly abortReason: string | null
}

type OpenRow = Omit<OpenFlip, 'moves'>

/** One at most, as the database holds. */
export async function readOpenFlips(sql: Sql | TransactionSql): Promise<OpenFlip[]> {
  const rows = await sql<OpenRow[]>`
    select id as flip, kind, by_whom as by, state, abort_reason as "abortReason",
      (extract(epoch from clock_timestamp() - held_at) * 1000)::float8 as "heldMs"
    from flips where state in ('ordered', 'held') order by version`
  return Promise.all(rows.map(async (row) => ({ ...row, moves: await readMoves(sql, row.flip) })))
}

/** Where a flip stands, and why it was abandoned; null for an id that no flip has. */
export async function readFlipState(
  sql: Sql,
  flip: string,
): Promise<{ readonly state: FlipState; readonly reason: string | null } | null> {
  const [row] = await sql<{ state: FlipState; reason: string | null }[]>`
    select state, reason from flips where id = ${flip}`
  return row ?? null
}
