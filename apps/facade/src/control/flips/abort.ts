import { setTimeout as delay } from 'node:timers/promises'
import type { AbortedFlip } from '@emotibot/contracts'
import { type AbortRequest, askToAbort, readFlipState } from '@emotibot/flags'
import { ApiError } from '@emotibot/service-kit'
import type { ControlContext } from '../context.ts'
import { ControlError } from '../errors.ts'
import { committing } from './committing.ts'

const LOOK_EVERY_MS = 20
const WAIT_LIMIT_MS = 6_000

/**
 * Has a flip given up. One that is merely ordered is, at once; one that is held is its mover's to undo, which is waited
 * for. Throws REFUSED for a flip that has ended, and for one whose stores had moved already.
 */
export async function abort(request: AbortRequest, context: ControlContext): Promise<AbortedFlip> {
  const { flip } = request
  const asked = await committing('the order to give it up', askToAbort(context.ledger.sqlOrThrow, request))
  const startedAtMs = performance.now()
  while (true) {
    const now = await readFlipState(context.ledger.sqlOrThrow, flip)
    if (now === null) throw new ApiError('NOT_FOUND', `There is no flip ${flip}. ./fig audit lists them.`)
    const { state, reason } = now
    if (state === 'done') throw new ControlError('REFUSED', tooLate(flip, asked !== null))
    if (state === 'abandoned') {
      if (asked === null) throw new ControlError('REFUSED', `${flip} was abandoned already: ${reason}`)
      return { flip, state, reason }
    }
    if (performance.now() - startedAtMs > WAIT_LIMIT_MS) return { flip, state, reason }
    await delay(LOOK_EVERY_MS)
  }
}

function tooLate(flip: string, wasOpen: boolean): string {
  const when = wasOpen ? 'was past the point where it could be given up, and is done' : 'is done'
  return `${flip} ${when}. Take it back with: ./fig rollback ${flip}`
}
