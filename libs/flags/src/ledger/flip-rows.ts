// The rows of a flip and of its moves: how they are entered and read.
import { isCarvedOut, type RouteDefinition, type Stage } from '@emotibot/contracts'
import type { Sql, TransactionSql } from '@emotibot/db'
import type { FlipState } from '../flip-steps.ts'
import type { PlannedMove } from '../plan/move.ts'

export type FlipToApply = {
  readonly kind: 'flip' | 'rollback'
  readonly by: string
  readonly why: string | null
  readonly isForced: boolean
  readonly isForward: boolean
  readonly moves: readonly PlannedMove[]
  readonly alsoMoves: readonly string[]
}

export type FlipOutcome =
  | { readonly isApplied: true; readonly flip: string; readonly version: number }
  | { readonly isApplied: false; readonly reasons: readonly string[] }

type NewFlip = { readonly id: string; readonly version: number; readonly state: FlipState }

/** Enters a flip and its moves, in order; `epochs` are the new ones, where they are known already. */
export async function insertFlip(
  tx: TransactionSql,
  flip: FlipToApply,
  { id, version, state }: NewFlip,
): Promise<void> {
  await tx`
    insert into flips (id, version, kind, by_whom, why, is_forced, also_moves, state)
    values (${id}, ${version}, ${flip.kind}, ${flip.by}, ${flip.why}, ${flip.isForced}, ${[...flip.alsoMoves]},
      ${state})`
  for (const [place, { route, from, to, epoch }] of flip.moves.entries())
    await tx`
      insert into flip_moves (flip, place, route, from_stage, from_share, to_stage, to_share, planned_epoch)
      values (${id}, ${place}, ${route}, ${from.stage}, ${from.share}, ${to.stage}, ${to.share}, ${epoch})`
}

type MoveRow = {
  route: string
  from_stage: Stage
  from_share: number
  to_stage: Stage
  to_share: number
  planned_epoch: number | null
}

/** The moves of a flip, in order. */
export async function readMoves(sql: Sql | TransactionSql, flip: string): Promise<PlannedMove[]> {
  const rows = await sql<MoveRow[]>`
    select route, from_stage, from_share, to_stage, to_share, coalesce(planned_epoch, epoch - 1) as planned_epoch
    from flip_moves where flip = ${flip} order by place`
  return rows.map(({ route, from_stage, from_share, to_stage, to_share, planned_epoch }) => ({
    route,
    from: { stage: from_stage, share: from_share },
    to: { stage: to_stage, share: to_share },
    epoch: planned_epoch ?? 0,
  }))
}

type Moved = { readonly flip: string; readonly by: string; readonly epoch: number }

/** Routes by a move from now on: the route's place, and the epoch in both. */
export async function moveRoute(
  tx: TransactionSql,
  { route, to }: PlannedMove,
  { flip, by, epoch }: Moved,
): Promise<void> {
  await tx`update flip_moves set epoch = ${epoch} where flip = ${flip} and route = ${route}`
  await tx`
    insert into routes (key, stage, share, epoch, flip, changed_by)
    values (${route}, ${to.stage}, ${to.share}, ${epoch}, ${flip}, ${by})
    on conflict (key) do update set
      stage = excluded.stage, share = excluded.share, epoch = excluded.epoch,
      flip = excluded.flip, changed_by = excluded.changed_by, changed_at = excluded.changed_at`
}

/** Whether a roll back may leave partitions of a route on the service: names and e-mails have one home. */
export const canKeep = (route: RouteDefinition): boolean => isCarvedOut(route) && route.group !== 'auth.claim'
