import type { Move, Receipt, Stage } from '@emotibot/contracts'
import type { Sql } from '@emotibot/db'
import { isoTime } from './ledger-state.ts'

export type Acknowledgement = Receipt['replicas'][number]

type FlipRow = {
  id: string
  by_whom: string
  why: string | null
  at: string
  is_forced: boolean
  also_moves: string[]
  acknowledgements: Acknowledgement[]
}
type MoveRow = { route: string; from_stage: Stage; from_share: number; to_stage: Stage; to_share: number }

/** What a flip did, and how to undo it; null for an id that no flip has. */
export async function readReceipt(sql: Sql, flip: string): Promise<Receipt | null> {
  const [row] = await sql<FlipRow[]>`
    select id, by_whom, why, is_forced, also_moves, acknowledgements, ${isoTime(sql, 'at')} as at
    from flips where id = ${flip}`
  if (!row) return null
  const moves = await readMoves(sql, flip)
  return {
    flip: row.id,
    by: row.by_whom,
    why: row.why,
    at: row.at,
    moves,
    also_moves: row.also_moves,
    // Routes without data move between two requests: nobody waits, and nobody's request fails.
    waited: { count: 0, worst_ms: 0 },
    failed: 0,
    forced: row.is_forced,
    replicas: row.acknowledgements,
    undo: `./fig rollback ${row.id}`,
  }
}

async function readMoves(sql: Sql, flip: string): Promise<Move[]> {
  const rows = await sql<MoveRow[]>`
    select route, from_stage, from_share, to_stage, to_share
    from flip_moves where flip = ${flip} order by place`
  return rows.map(({ route, from_stage, from_share, to_stage, to_share }) => ({
    route,
    from: { stage: from_stage, share: from_share },
    to: { stage: to_stage, share: to_share },
  }))
}

/** Later flips that touched a route this one moved, oldest first: undoing this one would undo half of them. */
export async function readLaterFlips(sql: Sql, flip: string): Promise<string[]> {
  const rows = await sql<{ flip: string }[]>`
    select later.flip from flip_moves later
    join flip_moves earlier on earlier.route = later.route and earlier.epoch < later.epoch
    join flips on flips.id = later.flip
    where earlier.flip = ${flip}
    group by later.flip, flips.version order by flips.version`
  return rows.map((row) => row.flip)
}

/** Completes a flip's receipt once the replicas have spoken. */
export async function keepAcknowledgements(
  sql: Sql,
  flip: string,
  acknowledgements: readonly Acknowledgement[],
): Promise<void> {
  await sql`update flips set acknowledgements = ${sql.json([...acknowledgements])} where id = ${flip}`
}
