import type { Sql, TransactionSql } from '@emotibot/db'
import { isForward } from '../plan/move.ts'
import { addAuditEntry } from './audit.ts'
import { changeLedger, nextVersion, readSnapshot } from './ledger-state.ts'
import { readOpenFlips } from './open-flips.ts'
import { abandon } from './turn-flip.ts'

export type FreezeRequest = { readonly isFrozen: boolean; readonly by: string; readonly why: string | null }

/**
 * Freezes or thaws. Answers whether that changed anything; only a change is audited. A forward flip that is ordered and
 * not begun is abandoned by a freeze; one that holds requests already goes on, for its end is the sooner way out.
 */
export function setFrozen(sql: Sql, { isFrozen, by, why }: FreezeRequest): Promise<boolean> {
  return changeLedger(sql, async (tx) => {
    const now = await readSnapshot(tx)
    if (now.isFrozen === isFrozen) return false
    await nextVersion(tx)
    await tx`update ledger_state set is_frozen = ${isFrozen}`
    const summary = isFrozen ? 'nothing flips forward' : 'flips are possible again'
    if (isFrozen) await abandonOrdered(tx)
    await addAuditEntry(tx, { by, action: isFrozen ? 'freeze' : 'unfreeze', flip: null, summary, why })
    return true
  })
}

async function abandonOrdered(tx: TransactionSql): Promise<void> {
  const open = await readOpenFlips(tx)
  const ordered = open.filter(({ state, moves }) => state === 'ordered' && moves.some(isForward))
  for (const { flip, by } of ordered)
    await abandon(tx, { id: flip, by }, 'flips were frozen before it had begun')
}
