import type { FlipUnderWay } from '@emotibot/contracts'
import { readOpenFlips } from '@emotibot/flags'
import type { ControlContext } from '../context.ts'
import { stepOf } from '../mover/describe.ts'

/** The flip that moves data now. Null when there is none, and while the ledger does not say. */
export async function flipUnderWay({ ledger, mover }: ControlContext): Promise<FlipUnderWay | null> {
  if (!ledger.isUp) return null
  const [open] = await readOpenFlips(ledger.sqlOrThrow).catch(() => [])
  if (!open) return null
  const { flip, kind, by, state, heldMs, moves } = open
  const step = stepOf(flip, mover.view)
  const shown = moves.map(({ route, from, to }) => ({ route, from, to }))
  return { flip, kind, by, state, step, held_ms: heldMs, moves: shown }
}
