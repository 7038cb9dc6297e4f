// One flip is one transaction:
//
//   lock → read the state → still what was planned on? ── no ─► refused, nothing changed
//                                    │ yes
//                                    ▼
//          version + 1, each route's epoch + 1, the flip, its moves, the audit → notify → commit
//
// The ledger records, it does not decide: whether a flip is safe was judged by the plan.
import type { Move } from '@emotibot/contracts'
import type { Sql, TransactionSql } from '@emotibot/db'
import { type PlannedMove, placeText } from '../plan/move.ts'
import { flagOf, type Snapshot } from '../snapshot.ts'
import { addAuditEntry } from './audit.ts'
import { changeLedger, nextVersion, readSnapshot } from './ledger-state.ts'

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

/** Records a flip, if the ledger still is what it was planned on; of two operators at once, one is refused. */
export function applyFlip(sql: Sql, flip: FlipToApply): Promise<FlipOutcome> {
  return changeLedger(sql, async (tx): Promise<FlipOutcome> => {
    const reasons = conflictsOf(flip, await readSnapshot(tx))
    if (reasons.length > 0) return { isApplied: false, reasons }
    const version = await nextVersion(tx)
    const id = `f${version}`
    await insertFlip(tx, flip, { id, version })
    for (const [place, move] of flip.moves.entries()) await moveRoute(tx, move, { id, place, by: flip.by })
    await addAuditEntry(tx, { ...flip, action: flip.kind, flip: id, summary: summaryOf(flip) })
    return { isApplied: true, flip: id, version }
  })
}

/** What changed between plan and now, in words; empty when nothing did. */
export function conflictsOf(flip: FlipToApply, now: Snapshot): string[] {
  const moved = flip.moves.flatMap(({ route, epoch }) => {
    const flag = flagOf(now, route)
    if (flag.epoch === epoch) return []
    return [
      `${flag.flip} by ${flag.changedBy} moved ${route} to ${placeText(flag)} while this was being planned`,
    ]
  })
  return now.isFrozen && flip.isForward ? [...moved, 'flips were frozen while this was being planned'] : moved
}

/** The moves in one line, for people. */
export function summaryOf({ moves }: { readonly moves: readonly Move[] }): string {
  return moves.map(({ route, from, to }) => `${route} ${placeText(from)} → ${placeText(to)}`).join(', ')
}

type NewFlip = { readonly id: string; readonly version: number }

async function insertFlip(tx: TransactionSql, flip: FlipToApply, { id, version }: NewFlip): Promise<void> {
  await tx`
    insert into flips (id, version, kind, by_whom, why, is_forced, also_moves)
    values (${id}, ${version}, ${flip.kind}, ${flip.by}, ${flip.why}, ${flip.isForced}, ${[...flip.alsoMoves]})`
}

type MoveOf = { readonly id: string; readonly place: number; readonly by: string }

async function moveRoute(tx: TransactionSql, move: PlannedMove, { id, place, by }: MoveOf): Promise<void> {
  const { route, from, to } = move
  const epoch = move.epoch + 1
  await tx`
    insert into flip_moves (flip, place, route, from_stage, from_share, to_stage, to_share, epoch)
    values (${id}, ${place}, ${route}, ${from.stage}, ${from.share}, ${to.stage}, ${to.share}, ${epoch})`
  await tx`
    insert into routes (key, stage, share, epoch, flip, changed_by)
    values (${route}, ${to.stage}, ${to.share}, ${epoch}, ${id}, ${by})
    on conflict (key) do update set
      stage = excluded.stage, share = excluded.share, epoch = excluded.epoch,
      flip = excluded.flip, changed_by = excluded.changed_by, changed_at = excluded.changed_at`
}
