// A turn whose reply or emotion is pending is a job, and whoever owns its partition does it (DESIGN §6.14):
//
//   send ─► turn stored, leased ─► begin ┐                      ┌─► reply stored in a commit of its own, revision + 1
//   sweep ─► pending, owned, free: claim ┴─► ask, with no lock ─┼─► emotion corrected, likewise
//                                                               └─► nobody answers: put off, and swept up later
//
// A result is stored under the authority of the partition. One that comes when that is the other side's by now, or the
// turn is gone or done, is dropped.
import type { Logger } from '@emotibot/service-kit'
import type { Store } from '@emotibot/service-store'
import type { TurnRow } from '../turns.ts'
import { claimTurns } from './leases.ts'
import { PENDING_AT_ONCE, pendingTurns, readOwnership } from './pending-turns.ts'
import type { TurnWork } from './turn-work.ts'

export type TurnJobs = {
  /** Of a turn whose lease was taken with it. */
  begin(turn: TurnRow): void
  /** Resolves when nobody here is at the turn any more, after `waitMs` at the latest. */
  settled(turnId: string, waitMs: number): Promise<void>
  /** Takes up what nobody is at: what a crash left, what came with a flip, what could not be asked for before. */
  sweep(): Promise<void>
  /** Breaks off what is under way; it is anybody's then. */
  close(): Promise<void>
}

export type TurnJobsDeps = {
  readonly store: Store
  readonly work: TurnWork
  readonly leaseMs: number
  readonly logger: Logger
}

export function createTurnJobs({ store, work, leaseMs, logger }: TurnJobsDeps): TurnJobs {
  const underWay = new Map<string, Promise<boolean>>()
  const closing = new AbortController()

  function start(turn: TurnRow, { attempts, isNew }: { attempts: number; isNew: boolean }): Promise<boolean> {
    const { turnId } = turn
    const done = work({ turn, attempts, isNew, closing: closing.signal })
      .catch((cause: unknown) => {
        logger.warn({ err: cause, turn: turnId }, 'a pending turn was left for later')
        return false
      })
      .finally(() => underWay.delete(turnId))
    underWay.set(turnId, done)
    return done
  }

  /** Whether any of them got further. */
  async function takeUp(turns: readonly TurnRow[]): Promise<boolean> {
    const free = turns.filter(({ turnId }) => !underWay.has(turnId))
    const ids = free.map(({ turnId }) => turnId)
    const claimed = await claimTurns(store, ids, leaseMs)
    const done = free.flatMap((turn) => {
      const attempts = claimed.get(turn.turnId)
      return attempts === undefined ? [] : [start(turn, { attempts, isNew: false })]
    })
    return (await Promise.all(done)).includes(true)
  }

  return {
    begin: (turn) => void start(turn, { attempts: 0, isNew: true }),
    async settled(turnId, waitMs) {
      const done = underWay.get(turnId)
      if (!done) return
      const { promise: late, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, waitMs)
      await Promise.race([done, late])
      clearTimeout(timer)
    },
    async sweep() {
      const isOwned = await store.read(readOwnership)
      for (let after = ''; !closing.signal.aborted; ) {
        const from = after
        const page = await store.read((db) => pendingTurns(db, from))
        const mine = page.filter(({ ownerKey }) => isOwned(ownerKey))
        const isWorthGoingOn = mine.length === 0 || (await takeUp(mine))
        const last = page.at(-1)
        if (!isWorthGoingOn || !last || page.length < PENDING_AT_ONCE) return
        after = last.turnId
      }
    },
    async close() {
      closing.abort()
      await Promise.all(underWay.values())
    },
  }
}
