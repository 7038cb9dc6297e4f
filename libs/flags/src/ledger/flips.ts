// One flip that moves no data is one transaction:
//
//   lock → read the state → still what was planned on? ── no ─► refused, nothing changed
//                                    │ yes
//                                    ▼
//          version + 1, each route's epoch + 1, the flip, its moves, the audit → notify → commit
//
// One that moves data takes several (`order-flip.ts`, `turn-flip.ts`). The ledger records, it does not decide: whether a
// flip is safe was judged by the plan.
import type { Move } from '@emotibot/contracts'
import type { Sql } from '@emotibot/db'
import { placeText } from '../plan/move.ts'
import { namesFor } from '../plan/select-routes.ts'
import { flagOf, type Snapshot } from '../snapshot.ts'
import { addAuditEntry } from './audit.ts'
import { type FlipOutcome, type FlipToApply, insertFlip, moveRoute } from './flip-rows.ts'
import { leaveKeptPartitions } from './kept-partitions.ts'
import { changeLedger, nextVersion, readSnapshot } from './ledger-state.ts'
import { type OpenFlip, readOpenFlips } from './open-flips.ts'

/** Records a flip, if the ledger still is what it was planned on; of two operators at once, one is refused. */
export function applyFlip(sql: Sql, flip: FlipToApply): Promise<FlipOutcome> {
  return changeLedger(sql, async (tx): Promise<FlipOutcome> => {
    const reasons = conflictsOf(flip, await readSnapshot(tx), await readOpenFlips(tx))
    if (reasons.length > 0) return { isApplied: false, reasons }
    const version = await nextVersion(tx)
    const id = `f${version}`
    await insertFlip(tx, flip, { id, version, state: 'done' })
    for (const move of flip.moves) await moveRoute(tx, move, { flip: id, by: flip.by, epoch: move.epoch + 1 })
    await leaveKeptPartitions(tx, flip.moves)
    await addAuditEntry(tx, { ...flip, action: flip.kind, flip: id, summary: summaryOf(flip) })
    return { isApplied: true, flip: id, version }
  })
}

/** What changed between plan and now, in words; empty when nothing did. */
export function conflictsOf(flip: FlipToApply, now: Snapshot, open: readonly OpenFlip[]): string[] {
  const moved = flip.moves.flatMap(({ route, epoch }) => {
    const flag = flagOf(now, route)
    if (flag.epoch === epoch) return []
    return [
      `${flag.flip} by ${flag.changedBy} moved ${route} to ${placeText(flag)} while this was being planned`,
    ]
  })
  const moving = open.flatMap((other) => {
    const shared = other.moves.filter(({ route }) => flip.moves.some((move) => move.route === route))
    const routes = shared.map(({ route }) => route).join(', ')
    return shared.length === 0 ? [] : [`${other.flip} by ${other.by} is moving ${routes} now`]
  })
  const frozen = now.isFrozen && flip.isForward ? ['flips were frozen while this was being planned'] : []
  return [...moved, ...moving, ...frozen]
}

/** The moves in one line, for people: what goes the same way is said once, a whole domain by its name. */
export function summaryOf({ moves }: { readonly moves: readonly Move[] }): string {
  const ways = new Map<string, string[]>()
  for (const { route, from, to } of moves) {
    const way = `${placeText(from)} → ${placeText(to)}`
    ways.set(way, [...(ways.get(way) ?? []), route])
  }
  return [...ways].map(([way, routes]) => `${namesFor(routes).join(' ')} ${way}`).join(', ')
}
