import type { Sql } from '@emotibot/db'
import { addAuditEntry } from './audit.ts'
import { changeLedger, nextVersion } from './ledger-state.ts'
import { abandon, readFlip } from './turn-flip.ts'

export type AbortRequest = { readonly flip: string; readonly by: string; readonly why: string | null }

/**
 * Gives a flip that moves data up. One that is only ordered is abandoned here and now; of one that is held the driver is
 * told (`OpenFlip.abortReason`), who alone knows whether the stores have moved already. Answers which of the two, and
 * null for a flip that is not under way.
 */
export function askToAbort(sql: Sql, request: AbortRequest): Promise<'abandoned' | 'asked' | null> {
  const { flip, by, why } = request
  const reason = why === null ? `given up by ${by}` : `given up by ${by}: ${why}`
  return changeLedger(sql, async (tx) => {
    const row = await readFlip(tx, flip)
    if (row?.state !== 'ordered' && row?.state !== 'held') return null
    await addAuditEntry(tx, { by, action: 'abort', flip, summary: `${flip} is to be given up`, why })
    if (row.state === 'ordered') {
      await abandon(tx, row, reason)
      return 'abandoned'
    }
    await nextVersion(tx)
    await tx`update flips set abort_reason = ${reason} where id = ${flip}`
    return 'asked'
  })
}
