import type { Sql } from '@emotibot/db'
import { addAuditEntry } from './audit.ts'
import type { FlipOutcome, FlipToApply } from './flip-rows.ts'
import { insertFlip } from './flip-rows.ts'
import { conflictsOf, summaryOf } from './flips.ts'
import { changeLedger, nextVersion, readSnapshot } from './ledger-state.ts'
import { type OpenFlip, readOpenFlips } from './open-flips.ts'

/**
 * Orders a flip that moves data. Nothing is routed differently yet: the mover, which hears of it, carries it out
 * (`readFlipState` tells how it ended). Refused like any flip, and while another that moves data is under way.
 */
export function orderFlip(sql: Sql, flip: FlipToApply): Promise<FlipOutcome> {
  return changeLedger(sql, async (tx): Promise<FlipOutcome> => {
    const open = await readOpenFlips(tx)
    const reasons = [...conflictsOf(flip, await readSnapshot(tx), []), ...open.map(underWay)]
    if (reasons.length > 0) return { isApplied: false, reasons }
    const version = await nextVersion(tx)
    const id = `f${version}`
    await insertFlip(tx, flip, { id, version, state: 'ordered' })
    await addAuditEntry(tx, { ...flip, action: 'ordered', flip: id, summary: summaryOf(flip) })
    return { isApplied: true, flip: id, version }
  })
}

const underWay = ({ flip, by, moves }: OpenFlip): string =>
  `${flip} by ${by} is moving ${moves.map(({ route }) => route).join(', ')} now, and data moves for one flip at a time`
