import type { Receipt } from '@emotibot/contracts'
import { readFlipState, readReceipt } from '@emotibot/flags'
import { ApiError } from '@emotibot/service-kit'
import type { ControlContext } from '../context.ts'

/** The receipt of a flip that is done. Throws NOT_FOUND otherwise, saying what became of it. */
export async function receiptOf(flip: string, { ledger }: ControlContext): Promise<Receipt> {
  const sql = ledger.sqlOrThrow
  const receipt = await readReceipt(sql, flip)
  if (receipt !== null) return receipt
  const known = await readFlipState(sql, flip)
  if (known === null) throw new ApiError('NOT_FOUND', `There is no flip ${flip}. ./fig audit lists them.`)
  const fate =
    known.state === 'abandoned' ? `was abandoned: ${known.reason}` : `is ${known.state} and not done yet`
  throw new ApiError('NOT_FOUND', `${flip} ${fate}.`)
}
