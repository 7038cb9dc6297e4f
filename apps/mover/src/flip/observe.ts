// What a driver can know at one moment: first the rows of both stores, after that the ledger and what is set aside.
import type { Side, WriteGroup } from '@emotibot/contracts'
import type { OpenFlip } from '@emotibot/flags'
import {
  type CrossingView,
  type FencedRow,
  type FlipToCross,
  type GroupRows,
  type SetAsidePartitions,
  stateOf,
} from '@emotibot/sync'
import type { MoverEvents } from '../events.ts'
import type { Movement } from '../movement.ts'
import type { FlipLedger } from './flip-ledger.ts'
import { type CarvedGroups, targetsOf, withReleased } from './flip-plan.ts'
import { findSetAsidePartitions } from './set-aside-partitions.ts'
import { within } from './within.ts'

export type ObserverOptions = {
  readonly movement: Movement
  readonly ledger: FlipLedger
  readonly carved: CarvedGroups
  readonly events: MoverEvents
  /** What a flip may take from `hold` to `open`. */
  readonly budgetMs: number
}

/** `flip`: the one that is open in this domain, as the ledger last said. */
export type Observed = {
  readonly view: CrossingView
  readonly flip: OpenFlip | null
  readonly hasGap: boolean
}

/** What only this driver knows, and may forget. */
export type Memory = {
  /** Of groups, up to which give-up the destination has applied the source's feed. */
  readonly applied: Map<WriteGroup, number>
  /** Why a flip must not go on, found out on the way. */
  obstacle: { readonly flip: string; readonly reason: string } | null
}

/**
 * `all`: rows, then the rest. Right after a step that was done, its rows are known, and requests wait: `rest` asks the
 * ledger and what is set aside, `nothing` asks nobody.
 */
export type Look = 'all' | 'rest' | 'nothing'

export type Observer = {
  /** Throws while a store was never seen. */
  look(memory: Memory, what: Look): Promise<Observed>
  /** Rows as a fence has left them. */
  note(side: Side, rows: Rows): void
}

const LIMIT_MS = 2_000
const AWAY_LIMIT_MS = 500
const NOBODY: SetAsidePartitions = { known: [], isAnyUnknown: false }
const NOTHING_ASIDE = { monolith: NOBODY, service: NOBODY }
type Rows = readonly FencedRow[]
const SIDES: readonly Side[] = ['monolith', 'service']

export function createObserver({ movement, ledger, carved, events, budgetMs }: ObserverOptions): Observer {
  const seen: Partial<Record<Side, Rows>> = {}
  let flip: { readonly open: OpenFlip | null; readonly atMs: number } = { open: null, atMs: 0 }
  /** What was known to be open when a side's rows were read. */
  const rowsOf: Partial<Record<Side, string | null>> = {}
  let gapSinceMs: number | null = null
  let isLedgerAway = false

  /** Whether the rows are of now. */
  async function readRows(side: Side): Promise<boolean> {
    const known = flip.open?.flip ?? null
    try {
      seen[side] = await within(LIMIT_MS, movement.sides[side].authority.readAll(carved.all))
      rowsOf[side] = known
      events.storeThere(carved.domain, side)
      return true
    } catch (error) {
      if (!seen[side]) throw error
      events.storeAway(carved.domain, side, error)
      return false
    }
  }

  async function askLedger(): Promise<boolean> {
    try {
      // Once it was away it is waited for less: what is to be undone cannot wait for it.
      const open = await within(isLedgerAway ? AWAY_LIMIT_MS : LIMIT_MS, ledger.openFlips())
      isLedgerAway = false
      const own = open.find((one) => targetsOf(one, carved).length > 0) ?? null
      flip = { open: own, atMs: performance.now() }
      events.ledgerThere(carved.domain)
      return true
    } catch (error) {
      isLedgerAway = true
      events.ledgerAway(carved.domain, error)
      return false
    }
  }

  function groupRows(): GroupRows[] {
    return carved.all.flatMap((group, at) => {
      const monolith = seen.monolith?.[at]
      const service = seen.service?.[at]
      return monolith && service ? [{ group, monolith, service }] : []
    })
  }

  function isGapOld(hasGap: boolean): boolean {
    gapSinceMs = hasGap ? (gapSinceMs ?? performance.now()) : null
    return gapSinceMs !== null && performance.now() - gapSinceMs > budgetMs
  }

  function toCross(open: OpenFlip, { obstacle }: Memory): FlipToCross {
    const { flip: id, state } = open
    const heldMs = state === 'held' ? (open.heldMs ?? 0) + performance.now() - flip.atMs : 0
    const late = heldMs > budgetMs ? `it was not done within ${budgetMs / 1_000} s` : null
    const found = obstacle?.flip === id ? obstacle.reason : null
    const targets = withReleased(targetsOf(open, carved), groupRows(), id)
    return { id, state, targets, mustStop: open.abortReason ?? found ?? late }
  }

  /** Null when it cannot be known. */
  async function findSetAside(): Promise<CrossingView['setAside'] | null> {
    try {
      const asked = movement.directions.map(async (direction) => {
        const found = await within(LIMIT_MS, findSetAsidePartitions(direction, movement.entities))
        return [direction.destination.side, found] as const
      })
      return { ...NOTHING_ASIDE, ...Object.fromEntries(await Promise.all(asked)) }
    } catch {
      return null
    }
  }

  async function ask(what: Look): Promise<Pick<CrossingView, 'areRowsFresh' | 'isFlipKnown' | 'setAside'>> {
    const fresh = what === 'all' ? await Promise.all([readRows('monolith'), readRows('service')]) : []
    const [isFlipKnown, setAside] = await Promise.all([
      what !== 'nothing' && askLedger(),
      what === 'nothing' ? NOTHING_ASIDE : findSetAside(),
    ])
    const areRowsFresh = fresh.every(Boolean) && setAside !== null
    return { areRowsFresh, isFlipKnown, setAside: setAside ?? NOTHING_ASIDE }
  }

  return {
    look: async (memory, what) => {
      const asked = await ask(what)
      const { open } = flip
      const rows = groupRows()
      const hasGap = rows.some((one) => stateOf(one).is === 'gap')
      const view: CrossingView = {
        ...asked,
        rows,
        flip: open && toCross(open, memory),
        areRowsOfFlip: open !== null && SIDES.every((side) => rowsOf[side] === open.flip),
        isGapOld: isGapOld(hasGap),
        applied: memory.applied,
      }
      return { view, flip: open, hasGap }
    },
    note: (side, rows) => {
      seen[side] = seen[side]?.map((row) => rows.find(({ group }) => group === row.group) ?? row) ?? rows
    },
  }
}
