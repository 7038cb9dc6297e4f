// A flip that moves data is the mover's to carry out:
//
//   order ─► wait for its end ─► done
//     │        │ │ └ abandoned: refused with the reason, everything is as before
//     │        │ └ no mover took it: given up here, while it is merely ordered
//     │        └ not known in time: said so, for it may still happen
//     └ refused: another moves data now, or the plan's ground is gone
import { setTimeout as delay } from 'node:timers/promises'
import { askToAbort, type FlipState, type FlipToApply, orderFlip, readFlipState } from '@emotibot/flags'
import type { ControlContext } from '../context.ts'
import { stepOf } from '../mover/describe.ts'
import { OutcomeUnknownError } from '../mover/errors.ts'
import { committing } from './committing.ts'

/** How an order ended. `isDone` false: nothing was changed, for these reasons. */
export type Outcome =
  | { readonly isDone: true; readonly flip: string }
  | { readonly isDone: false; readonly flip: string | null; readonly reasons: readonly string[] }

/** What an order needs. */
type Reached = Pick<ControlContext, 'ledger' | 'mover'>

export type Patience = {
  /** How long a mover has to take an order up. */
  readonly takenWithinMs: number
  /** How long an order may take to end: a flip's own budget, and what comes before and after. */
  readonly endsWithinMs: number
}

export const PATIENCE: Patience = { takenWithinMs: 3_000, endsWithinMs: 30_000 }
const LOOK_EVERY_MS = 20

/** Orders a flip and waits for its end. Throws OutcomeUnknownError when that is not known in time. */
export async function moveData(flip: FlipToApply, context: Reached, patience = PATIENCE): Promise<Outcome> {
  const ordered = await committing('the flip', orderFlip(context.ledger.sqlOrThrow, flip))
  if (!ordered.isApplied) return { isDone: false, flip: null, reasons: ordered.reasons }
  return awaitEnd(ordered.flip, context, patience)
}

async function awaitEnd(flip: string, context: Reached, patience: Patience): Promise<Outcome> {
  const startedAtMs = performance.now()
  let giveUpAfterMs = patience.takenWithinMs
  while (true) {
    const now = await stateOf(flip, context)
    if (now?.state === 'done') return { isDone: true, flip }
    if (now?.state === 'abandoned') return { isDone: false, flip, reasons: [reasonOf(flip, now.reason)] }
    const waitedMs = performance.now() - startedAtMs
    if (waitedMs > patience.endsWithinMs) throw new OutcomeUnknownError(stillOpen(flip, waitedMs))
    if (now?.state === 'ordered' && waitedMs > giveUpAfterMs) {
      giveUpAfterMs += patience.takenWithinMs
      if (!(await isTaken(flip, context))) await withdraw(flip, patience, context)
    }
    await delay(LOOK_EVERY_MS)
  }
}

type Known = { readonly state: FlipState; readonly reason: string | null }

/** Null while the ledger does not say: the order is in it, and is looked for again. */
async function stateOf(flip: string, { ledger }: Reached): Promise<Known | null> {
  try {
    return await readFlipState(ledger.sqlOrThrow, flip)
  } catch {
    return null
  }
}

/** An order stays `ordered` while its mover waits for the feeds: then the mover says so. */
async function isTaken(flip: string, { mover }: Reached): Promise<boolean> {
  return stepOf(flip, await mover.look()) !== null
}

/** Whether it worked is read from the ledger, like any end. */
async function withdraw(flip: string, { takenWithinMs }: Patience, { ledger }: Reached): Promise<void> {
  const why = `no mover took it up within ${takenWithinMs / 1_000} s`
  try {
    await askToAbort(ledger.sqlOrThrow, { flip, by: 'the facade', why })
  } catch {
    // The ledger is away: the next look tells.
  }
}

const reasonOf = (flip: string, reason: string | null): string =>
  `${flip} was abandoned: ${reason ?? 'its mover does not say why'}`

const stillOpen = (flip: string, waitedMs: number): string =>
  `${flip} was ordered and has not ended within ${Math.round(waitedMs / 1_000)} s. It ends by itself, whole: done, or abandoned and everything as before.`
