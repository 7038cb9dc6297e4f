import type { Receipt } from '@emotibot/contracts'
import type { Sql } from '@emotibot/db'
import { readMoves } from './flip-rows.ts'
import { isoTime } from './ledger-state.ts'
import { readWaits } from './waits.ts'

export type Acknowledgement = Receipt['replicas'][number]

type FlipRow = {
  id: string
  by_whom: string
  why: string | null
  at: string
  is_forced: boolean
  also_moves: string[]
  kept: string[]
  acknowledgements: Acknowledgement[]
}

/** What a flip did, and how to undo it; null for an id that no flip has, and for one that is not done (`readFlipState`). */
export async function readReceipt(sql: Sql, flip: string): Promise<Receipt | null> {
  const [row] = await sql<FlipRow[]>`
    select id, by_whom, why, is_forced, also_moves, kept, acknowledgements, ${isoTime(sql, 'done_at')} as at
    from (select *, coalesce(ended_at, at) as done_at from flips) as flips
    where id = ${flip} and state = 'done'`
  if (!row) return null
  const moves = await readMoves(sql, flip)
  return {
    flip: row.id,
    by: row.by_whom,
    why: row.why,
    at: row.at,
    moves: moves.map(({ route, from, to }) => ({ route, from, to })),
    also_moves: row.also_moves,
    ...(row.kept.length > 0 && { kept: row.kept }),
    ...(await readWaits(sql, flip)),
    forced: row.is_forced,
    replicas: row.acknowledgements,
    undo: `./fig rollback ${row.id}`,
  }
}

/** Later flips that touched a route this one moved, oldest first: undoing this one would undo half of them. */
export async function readLaterFlips(sql: Sql, flip: string): Promise<string[]> {
  const rows = await sql<{ flip: string }[]>`
    select later.flip from flip_moves later
    join flip_moves earlier on earlier.route = later.route and earlier.epoch < later.epoch
    join flips on flips.id = later.flip
    where earlier.flip = ${flip} and flips.state = 'done'
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
